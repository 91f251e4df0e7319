//! From where administrators act: networks, set by the security administrator, who cannot lock themselves
//! out.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_engine::{Network, OrgCommand, SystemRole};

use super::organise;
use crate::error::{Result, rendered};
use crate::sheet::{Field, Refused, Sent, Sheet};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::Frame;

#[derive(Template)]
#[template(path = "admin/addresses.html")]
struct AddressesPage {
    frame: Frame,
    here: String,
    networks: Vec<String>,
    sheets: Vec<Sheet>,
}

/// The page.
pub(in crate::pages) async fn page(signed: Signed) -> Result<Response> {
    shown(&signed, None).await
}

async fn shown(signed: &Signed, refused: Option<Refused<'_>>) -> Result<Response> {
    let reader = &signed.reader;
    reader.must_be(SystemRole::SecurityAdmin)?;
    let networks: Vec<String> = reader.context.org.networks.iter().map(Network::to_string).collect();
    let field = Field::new("area", "networks", "网络地址", networks.join("\n"))
        .hint("每行一个：单个地址如 10.1.2.3，网段如 10.1.0.0/16、2001:db8::/32；留空则不限");
    let mut sheets = vec![Sheet::new("limit", "设置网络地址", "/admin/addresses", vec![field]).open()];
    if let Some(refused) = refused {
        refused.fill(&mut sheets);
    }
    Ok(rendered(&AddressesPage {
        frame: Frame::of(signed, "网络地址", "/admin/addresses").await?,
        here: reader.actor.address.clone(),
        networks,
        sheets,
    }))
}

/// Sets them.
pub(in crate::pages) async fn change(
    State(web): State<Web>,
    signed: Signed,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response> {
    signed.reader.must_be(SystemRole::SecurityAdmin)?;
    let sent = Sent(pairs);
    let words = sent.get("networks").split(['\n', ',', '，', '、', ';', '；']).map(str::trim);
    let networks = words.filter(|words| !words.is_empty()).map(str::to_owned).collect();
    match organise(&web, &signed, &sent, &[OrgCommand::LimitAddresses { networks }]).await {
        Ok(_) => Ok(Redirect::to("/admin/addresses").into_response()),
        Err(error) if error.refusal().is_some() => {
            let page = shown(&signed, Some(Refused::new(&sent, &error))).await?;
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

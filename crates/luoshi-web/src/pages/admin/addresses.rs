//! How administrators come in: from networks set by the security administrator, who cannot lock themselves
//! out, and with a second factor where that is asked for.

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
    factor: bool,
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
    let factor = reader.context.org.second_factor;
    let (act, title) =
        if factor { ("factor-off", "不再要求动态口令") } else { ("factor-on", "要求动态口令") };
    let mut sheets = vec![
        Sheet::new("limit", "设置网络地址", "/admin/addresses", vec![field]).open(),
        Sheet::new(act, title, "/admin/addresses", Vec::new()),
    ];
    if let Some(refused) = refused {
        refused.fill(&mut sheets);
    }
    Ok(rendered(&AddressesPage {
        frame: Frame::of(signed, "管理岗位登录", "/admin/addresses").await?,
        here: reader.actor.address.clone(),
        networks,
        factor,
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
    let command = match sent.get("act") {
        "factor-on" => OrgCommand::RequireSecondFactor { required: true },
        "factor-off" => OrgCommand::RequireSecondFactor { required: false },
        _ => limit(&sent),
    };
    match organise(&web, &signed, &sent, &[command]).await {
        Ok(_) => Ok(Redirect::to("/admin/addresses").into_response()),
        Err(error) if error.refusal().is_some() => {
            let page = shown(&signed, Some(Refused::new(&sent, &error))).await?;
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

fn limit(sent: &Sent) -> OrgCommand {
    let words = sent.get("networks").split(['\n', ',', '，', '、', ';', '；']).map(str::trim);
    OrgCommand::LimitAddresses {
        networks: words.filter(|words| !words.is_empty()).map(str::to_owned).collect(),
    }
}

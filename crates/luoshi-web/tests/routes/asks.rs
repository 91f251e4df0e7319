//! How each route is asked: an address that is there, and a form that would be carried out for whoever may.

use luoshi_engine::{Command, EntryNo, PlanId, StepBody, TakeStep};
use luoshi_pack::Role;
use serde_json::{Value, json};

use crate::office::{self, COUNTY, Site, TEXT, TOWN, VILLAGE, who};

/// What is asked.
pub(crate) struct Ask {
    pub(crate) path: String,
    pub(crate) body: Body,
}

/// What is sent with it.
pub(crate) enum Body {
    Nothing,
    Form(Vec<(&'static str, String)>),
    Files(Vec<(&'static str, String)>, Vec<(&'static str, &'static str, Vec<u8>)>),
    Json(Value),
    Bytes(Vec<u8>),
}

/// What is there, by number.
pub(crate) struct Numbers {
    /// A plan that runs.
    plan: PlanId,
    /// One that is drafted, all of it decided, and one on which nobody has decided, with a unit that nobody
    /// knows.
    draft: PlanId,
    open: PlanId,
    /// A task of the township in the plan that runs.
    entry: EntryNo,
    /// A file that was handed in with it, and the text of its plan.
    file: String,
    text: String,
    /// A plan for reports of the public, and the receipt of one.
    hazard: PlanId,
    receipt: String,
    /// The source of a plan with several in it, and a new text of the plan that runs.
    source: String,
    amended: String,
}

/// The plan with a later day.
fn amended() -> String {
    TEXT.replace("9月25日前落实", "9月28日前落实")
}

impl Numbers {
    pub(crate) async fn of(site: &Site) -> Self {
        let county = &site.county;
        let (plan, _) = county.issue("task").await;
        let page = luoshi_store::Page::number(1, 50);
        let rows = county.app.store().find_entries(plan, &Default::default(), page).await.unwrap();
        let entry = rows.iter().find(|row| row.lead == TOWN && row.register == "task").unwrap().no;
        let photo = county.photo().await;
        let (handler, file) = (who(Role::Handler, TOWN), photo.hash.to_string());
        county.run(&handler, plan, office::step(entry, "acknowledge", StepBody::default())).await;
        let progress = luoshi_engine::Progress { planned: 20.0, actual: 20.0 };
        let body = StepBody { evidence: vec![photo], progress: Some(progress), ..StepBody::default() };
        let take = TakeStep { step: "progress".into(), body, seen: None };
        county.run(&handler, plan, Command::Step { entry, step: Box::new(take) }).await;
        let (hazard, _) = county.issue("hazard").await;
        let nobody = site.nobody();
        let form = nobody.get("/report-hazard").await;
        let receipt = form.hidden("receipt");
        let fields = hazard_form(hazard, &receipt);
        let told = nobody.post_files("/report-hazard", &borrowed(&fields), &[]).await;
        assert!(told.location().ends_with(&receipt), "{}", told.text());
        let inspector = site.browser(Role::Inspector, COUNTY).await;
        let drafted = async |key: &str, text: &str| {
            let paste = [("key", key), ("text", text), ("issued", "")];
            let drafted = inspector.post_files("/plans/new", &paste, &[]).await;
            drafted.location().split('/').nth(2).unwrap().parse().map(PlanId).unwrap()
        };
        let open = drafted("open", &TEXT.replace("县农业农村局", "县粮食局")).await;
        let draft = drafted("draft", TEXT).await;
        for (item, _) in county.app.store().draft(draft).await.unwrap().unwrap().items {
            let decision = Box::new(luoshi_engine::Decision::Confirmed);
            county
                .run(
                    &who(Role::Inspector, COUNTY),
                    draft,
                    Command::DecideItem { item: item.no, decision, seen: None },
                )
                .await;
        }
        let new = amended();
        let both = format!("{TEXT}\n\n{}", TEXT.replace("秋粮收储", "森林防火"));
        let compared = inspector
            .post_files(
                &format!("/plans/{plan}/amend"),
                &[("text", "")],
                &[("file", "新.txt", new.as_bytes())],
            )
            .await;
        let several = [("key", "two"), ("text", ""), ("issued", "")];
        let chosen =
            inspector.post_files("/plans/new", &several, &[("file", "两份.txt", both.as_bytes())]).await;
        let text = county.app.store().plan(plan).await.unwrap().unwrap().text.unwrap().to_string();
        let (source, amended) = (chosen.hidden("source"), compared.hidden("source"));
        Self { plan, draft, open, entry, file, text, hazard, receipt, source, amended }
    }

    /// An address with numbers of what is there.
    fn fill(&self, path: &str) -> String {
        let plan = match path {
            _ if path.contains("/draft") => self.open,
            _ if path.ends_with("/issue") => self.draft,
            _ => self.plan,
        };
        let person = who(Role::Handler, VILLAGE).person;
        path.replace("/plans/{plan}/files/{hash}", "/plans/{plan}/files/{text}")
            .replace("{plan}", &plan.to_string())
            .replace("/items/{no}/{act}", "/items/1/correct")
            .replace("{no}", &self.entry.to_string())
            .replace("{hash}", &self.file)
            .replace("{text}", &self.text)
            .replace("{register}", "task")
            .replace("{duty}", "text_1")
            .replace("{unit}", "2")
            .replace("{source}", &self.amended)
            .replace("{person}", &person.to_string())
            .replace("{receipt}", &self.receipt)
            .replace("/packs/{name}/{version}", "/packs/task/2")
            .replace("/directory/{file}", "/directory/directory.xlsx")
            .replace("{version}", "2")
            .replace("/assets/{name}", "/assets/none.css")
            .replace("/{*rest}", "/nowhere")
    }
}

/// Fields as a browser takes them.
fn borrowed<'f>(fields: &'f [(&'static str, String)]) -> Vec<(&'static str, &'f str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

fn owned(fields: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

fn hazard_form(plan: PlanId, receipt: &str) -> Vec<(&'static str, String)> {
    let mut fields = owned(&[
        ("receipt", receipt),
        ("website", ""),
        ("what", "电线裸露"),
        ("unit", "2"),
        ("f.enterprise", "五金厂"),
        ("f.place", "东门"),
    ]);
    fields.push(("plan", plan.to_string()));
    fields
}

/// How a route is asked; none where nobody has said so yet.
pub(crate) fn ask(method: &str, path: &str, numbers: &Numbers) -> Option<Ask> {
    let to = numbers.fill(path);
    let body = match method {
        "GET" => return Some(Ask { path: to + query(path), body: Body::Nothing }),
        _ if path.starts_with("/api/{") => Body::Nothing,
        _ if path.starts_with("/api/v1/") => api(path, numbers)?,
        _ => form(path, numbers).map(Body::Form).or_else(|| files(path, numbers))?,
    };
    Some(Ask { path: to + query(path), body })
}

/// What some pages want to know besides.
fn query(path: &str) -> &'static str {
    match path {
        "/plans/{plan}/draft/add" => "?kind=task",
        "/plans/{plan}/entries/{no}/report" => "?step=progress",
        "/plans/{plan}/entries/new" => "?register=task",
        "/plans/{plan}/registers/{register}/file" => "?as=csv",
        "/admin/units" => "?at=2",
        "/admin/roles" => "?q=",
        "/api/v1/search" | "/search" => "?q=%E4%BB%93%E5%AE%B9",
        "/api/v1/files" => "?name=a.txt",
        "/api/v1/plans" | "/api/v1/plans/{plan}/amend" => "?name=a.txt",
        "/api/v1/directory" => "?name=a.csv&rehearse=true",
        "/api/v1/plans/{plan}/registers/{register}/file" => "?name=a.csv&rehearse=true",
        _ => "",
    }
}

/// Forms without files.
fn form(path: &str, numbers: &Numbers) -> Option<Vec<(&'static str, String)>> {
    let leader = who(Role::Leader, COUNTY).person.to_string();
    let entry = format!("{}-{}", numbers.plan, numbers.entry);
    let post = who(Role::Handler, VILLAGE).post.to_string();
    Some(match path {
        "/sign-in" => owned(&[("login", "1"), ("password", "wrong"), ("to", "/")]),
        "/sign-out" | "/audit/verify" => owned(&[]),
        "/post" => owned(&[("post", "1")]),
        "/password" => {
            owned(&[("old", office::PASSWORD), ("new", "Another-1-horse"), ("again", "Another-1-horse")])
        }
        "/me" => owned(&[("act", "begin-factor"), ("key", "k"), ("password", office::PASSWORD)]),
        "/delegate" => owned(&[
            ("act", "delegate"),
            ("key", "k"),
            ("to", "承办人5"),
            ("from", "2026-09-02"),
            ("until", "2026-09-05"),
            ("reason", "外出开会"),
        ]),
        "/plans/new/choose" => {
            owned(&[("key", "k"), ("source", &numbers.source), ("index", "1"), ("issued", "")])
        }
        "/plans/{plan}/draft/confirm" => owned(&[("key", "k"), ("kind", "task")]),
        "/plans/{plan}/draft/units" => owned(&[("key", "k"), ("name", "县粮食局"), ("unit", "县农业农村局")]),
        "/plans/{plan}/draft/close" | "/plans/{plan}/archive" => {
            owned(&[("key", "k"), ("reason", "不再需要")])
        }
        "/plans/{plan}/draft/add" => {
            owned(&[("key", "k"), ("title", "另加一项"), ("lead", "青石镇"), ("reason", "补漏")])
        }
        "/plans/{plan}/draft/items/{no}/{act}" => owned(&[
            ("key", "k"),
            ("title", "摸清底数"),
            ("lead", "县农业农村局"),
            ("due", "2026-09-21"),
            ("reason", "更正"),
        ]),
        "/plans/{plan}/amend/put" => {
            owned(&[("key", "k"), ("source", &numbers.amended), ("reason", "上级调整"), ("rest", "accept")])
        }
        "/plans/{plan}/issue" => owned(&[
            ("key", "k"),
            ("pack", "task"),
            ("number", "河政发〔2026〕10号"),
            ("approver", &leader),
            ("end", "2026-10-31"),
        ]),
        "/plans/{plan}/duties/{duty}" => {
            owned(&[("key", "k"), ("words", "连续降雨"), ("at", "2026-09-01T08:00")])
        }
        "/plans/{plan}/entries/{no}/instruct" => {
            owned(&[("key", "k"), ("words", "查清原因，三天内报我"), ("due", "2026-09-20")])
        }
        "/inspect/preview" | "/inspect/send" => {
            owned(&[("entry", &entry), ("rung", "chase"), ("reason", "请今天报来"), ("key", "k")])
        }
        "/admin/units" => owned(&[
            ("act", "rename"),
            ("key", "k"),
            ("unit", "2"),
            ("name", "青山镇"),
            ("from", "2026-09-01"),
        ]),
        "/admin/people" => owned(&[
            ("act", "add"),
            ("key", "k"),
            ("name", "林小雨"),
            ("mobile", "13700000001"),
            ("unit", "青石镇"),
            ("title", "干事"),
            ("from", "2026-09-01"),
        ]),
        "/admin/people/{person}" => {
            owned(&[("act", "end-post"), ("key", "k"), ("post", &post), ("last", "2026-09-30")])
        }
        "/admin/divisions" => owned(&[
            ("act", "division"),
            ("key", "k"),
            ("post", &leader),
            ("units", "青石镇"),
            ("fields", ""),
        ]),
        "/admin/roles" => {
            owned(&[("act", "roles"), ("key", "k"), ("post", &post), ("role", "reviewer"), ("system", "")])
        }
        "/admin/accounts/{person}" => owned(&[("act", "reset"), ("key", "k")]),
        "/admin/addresses" => owned(&[("act", "limit"), ("key", "k"), ("networks", "127.0.0.0/8")]),
        "/admin/forget" => {
            owned(&[("act", "forget"), ("key", "k"), ("plan", "1"), ("entry", "1"), ("reason", "本人申请")])
        }
        "/admin/holidays" => owned(&[
            ("act", "set"),
            ("key", "k"),
            ("day", "2026-09-26"),
            ("working", "yes"),
            ("reason", "县政府通知"),
        ]),
        _ => return None,
    })
}

/// Forms with files.
fn files(path: &str, numbers: &Numbers) -> Option<Body> {
    let list = "姓名,手机,单位,职务\n何大川,13700000009,青石镇,干部\n";
    let seen = [("key", "k"), ("note", "已办"), ("actual", "30"), ("planned", "30")];
    let with = |more: &[(&'static str, &str)]| owned(&[&seen[..], more].concat());
    Some(match path {
        "/report-hazard" => Body::Files(hazard_form(numbers.hazard, &numbers.receipt), Vec::new()),
        "/plans/new" => Body::Files(owned(&[("key", "k"), ("text", TEXT), ("issued", "")]), Vec::new()),
        "/plans/{plan}/amend" => {
            let file = ("file", "修订稿.txt", amended().into_bytes());
            Body::Files(owned(&[("text", "")]), vec![file])
        }
        "/plans/{plan}/entries/new" => {
            Body::Files(owned(&[("key", "k"), ("register", "task"), ("title", "另加一项")]), Vec::new())
        }
        "/plans/{plan}/registers/{register}" => {
            let file = ("sheet", "台账.csv", "编号,标题\n".as_bytes().to_vec());
            Body::Files(owned(&[("key", "k")]), vec![file])
        }
        "/plans/{plan}/entries/{no}" | "/plans/{plan}/entries/{no}/report" => {
            Body::Files(with(&[("step", "progress")]), Vec::new())
        }
        "/admin/directory" => {
            let file = ("file", "名单.csv", list.as_bytes().to_vec());
            Body::Files(owned(&[("act", "rehearse")]), vec![file])
        }
        "/admin/packs" => {
            let text = include_bytes!("../../../../packs/task.toml").to_vec();
            Body::Files(owned(&[("act", "check")]), vec![("file", "task.toml", text)])
        }
        _ => return None,
    })
}

/// What the API is sent.
fn api(path: &str, numbers: &Numbers) -> Option<Body> {
    let leader = who(Role::Leader, COUNTY).person.0;
    Some(match path {
        "/api/v1/plans/{plan}/entries/{no}/steps" => {
            Body::Json(json!({ "step": "progress", "note": "已办", "planned": 30, "actual": 30 }))
        }
        "/api/v1/plans/{plan}/entries" => Body::Json(json!({ "register": "task", "title": "另加一项" })),
        "/api/v1/plans/{plan}/entries/{no}/light" => {
            Body::Json(json!({ "light": "yellow", "reason": "进度不实" }))
        }
        "/api/v1/files" => Body::Bytes(b"text".to_vec()),
        "/api/v1/plans" => Body::Bytes(TEXT.as_bytes().to_vec()),
        "/api/v1/plans/{plan}/issue" => Body::Json(
            json!({ "pack": "task", "number": "河政发〔2026〕10号", "approver": leader, "end": "2026-10-31" }),
        ),
        "/api/v1/plans/{plan}/close" => Body::Json(json!({ "reason": "不再需要" })),
        "/api/v1/plans/{plan}/draft/items/{no}" => Body::Json(json!({ "act": "confirm" })),
        "/api/v1/plans/{plan}/draft/items" => Body::Json(json!({
            "content": { "kind": "rule", "rule": "reward", "when": "按时办结", "effect": "通报表扬" },
            "reason": "补上",
        })),
        "/api/v1/plans/{plan}/draft/confirm" => Body::Json(json!({ "kind": "task" })),
        "/api/v1/plans/{plan}/draft/units" => {
            Body::Json(json!({ "name": "县粮食局", "unit": "县农业农村局" }))
        }
        "/api/v1/inspect/preview" | "/api/v1/inspect/send" => Body::Json(json!({
            "entries": [{ "plan": numbers.plan.0, "entry": numbers.entry.0 }],
            "rung": "chase", "reason": "请今天报来",
        })),
        "/api/v1/plans/{plan}/entries/{no}/instruct" => {
            Body::Json(json!({ "words": "抓紧办理", "due": "2026-09-20" }))
        }
        "/api/v1/plans/{plan}/duties/{duty}" => {
            Body::Json(json!({ "words": "山洪", "at": "2026-09-01T08:00", "units": [TOWN.0] }))
        }
        "/api/v1/delegations" => Body::Json(json!({
            "to": who(Role::Handler, VILLAGE).person.0, "from": "2026-09-02", "until": "2026-09-05",
            "reason": "外出开会",
        })),
        "/api/v1/delegations/end" => Body::Json(json!({
            "post": 4, "to": who(Role::Handler, VILLAGE).person.0, "from": "2026-09-02", "last": "2026-09-03",
        })),
        "/api/v1/plans/{plan}/archive" | "/api/v1/audit/check" => Body::Json(json!({})),
        "/api/v1/plans/{plan}/amend" => Body::Bytes(amended().into_bytes()),
        "/api/v1/plans/{plan}/amend/{source}" => Body::Json(json!({ "reason": "上级调整", "rest": true })),
        "/api/v1/plans/{plan}/entries/{no}/forget" => Body::Json(json!({ "reason": "本人申请" })),
        "/api/v1/organisation" => Body::Json(json!({ "commands": [
            { "act": "rename_unit", "unit": 2, "name": "青山镇", "from": "2026-09-01" },
        ] })),
        "/api/v1/accounts/{person}" => Body::Json(json!({ "act": "reset" })),
        "/api/v1/directory" => Body::Bytes("姓名,手机,单位,职务\n何大川,13700000009,青石镇,干部\n".into()),
        "/api/v1/packs" | "/api/v1/packs/check" => {
            Body::Bytes(include_bytes!("../../../../packs/task.toml").to_vec())
        }
        "/api/v1/plans/{plan}/registers/{register}/file" => Body::Bytes("标题,承办单位\n".into()),
        _ => return None,
    })
}

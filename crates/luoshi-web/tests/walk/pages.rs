//! The list of pages. A route that is not in it, and is no file either, fails the test that walks them.

use super::{County, Stop, Who, at};

/// What answers a GET and is no page: files, data, what sends on.
pub(crate) const NO_PAGES: &[&str] = &[
    "/admin/directory/{file}",
    "/api/v1/openapi.json",
    "/assets/{name}",
    "/audit/record.xlsx",
    // For whoever watches over the server, on an address of their own.
    "/healthz",
    "/metrics",
    "/readyz",
    "/offline/pages",
    "/plans/{plan}/draft/source",
    "/plans/{plan}/entries/{no}/files/{hash}",
    "/plans/{plan}/files/{hash}",
    "/plans/{plan}/registers/{register}/file",
    "/report-hazard/follow",
    "/sw.js",
    // Pages of an office that has a certificate of its own; looked at in `networks.rs`.
    "/trust",
    "/trust/luoshi-ca.crt",
];

impl County {
    /// Every page, in the order in which somebody would come upon them.
    pub(crate) fn stops(&self) -> Vec<Stop> {
        let mut out = self.everyday();
        out.extend(self.plans());
        out.extend(self.drafts());
        out.extend(self.entries());
        out.extend(administration());
        out
    }

    fn everyday(&self) -> Vec<Stop> {
        use Who::{Handler, Inspector, Leader, Nobody, Village};
        vec![
            stop("sign-in", "/sign-in", Nobody, "/sign-in"),
            stop("desk-handler", "/", Handler, "/"),
            stop("desk-village", "/", Village, "/"),
            stop("desk-inspector", "/", Inspector, "/"),
            stop("desk-leader", "/", Leader, "/"),
            stop("desk-waits", "/", Inspector, "/?list=waits&sort=plan"),
            stop("messages", "/messages", Handler, "/messages"),
            stop("board", "/board", Leader, "/board"),
            stop("board-entries", "/board/entries", Leader, "/board/entries?light=red"),
            stop("inspect", "/inspect", Inspector, "/inspect"),
            stop("inspect-silent", "/inspect", Inspector, "/inspect?tab=silent"),
            stop("inspect-again", "/inspect", Inspector, "/inspect?tab=again"),
            stop("burden", "/burden", Inspector, "/burden"),
            stop("search", "/search", Inspector, "/search?q=%E9%98%B2%E7%81%AB"),
            stop("notices", "/notices", Nobody, "/notices"),
            stop("me", "/me", Handler, "/me"),
            stop("delegate", "/delegate", Handler, "/delegate"),
            stop("password", "/password", Handler, "/password"),
            stop("report-hazard", "/report-hazard", Nobody, "/report-hazard"),
            stop(
                "report-hazard-receipt",
                "/report-hazard/{receipt}",
                Nobody,
                format!("/report-hazard/{}", self.receipt),
            ),
            stop("offline", "/offline", Nobody, "/offline"),
            stop("design", "/design", Inspector, "/design"),
            stop("not-found", "", Inspector, "/plans/9999"),
        ]
    }

    fn plans(&self) -> Vec<Stop> {
        let plan = |name, tab: &str| {
            stop(name, "/plans/{plan}", Who::Inspector, format!("/plans/{}{tab}", self.campaign))
        };
        let of = |name, route, path: String| stop(name, route, Who::Inspector, path);
        vec![
            stop("plans", "/plans", Who::Inspector, "/plans"),
            plan("plan", ""),
            plan("plan-progress", "?tab=progress"),
            plan("plan-matrix", "?tab=matrix"),
            plan("plan-reports", "?tab=reports"),
            plan("plan-files", "?tab=files"),
            plan("plan-timeline", "?tab=timeline"),
            plan("plan-past", "?tab=progress&as_of=2026-03-20"),
            of("plan-board", "/plans/{plan}/board", format!("/plans/{}/board", self.campaign)),
            of("plan-calendar", "/plans/{plan}/calendar", format!("/plans/{}/calendar", self.campaign)),
            of(
                "register",
                "/plans/{plan}/registers/{register}",
                format!("/plans/{}/registers/task", self.campaign),
            ),
            of("plan-amend", "/plans/{plan}/amend", format!("/plans/{}/amend", self.campaign)),
            of(
                "plan-changes",
                "/plans/{plan}/versions/{version}",
                format!("/plans/{}/versions/2", self.amended),
            ),
        ]
    }

    fn drafts(&self) -> Vec<Stop> {
        let to = format!("/plans/{}/draft", self.draft);
        let inside = |name, route, path: String| stop(name, route, Who::Inspector, path);
        let act = |name, act: &str| {
            inside(name, "/plans/{plan}/draft/items/{no}/{act}", format!("{to}/items/5/{act}"))
        };
        vec![
            stop("plan-new", "/plans/new", Who::Inspector, "/plans/new"),
            inside("draft", "/plans/{plan}/draft", to.clone()),
            inside("draft-add", "/plans/{plan}/draft/add", format!("{to}/add?kind=duty")),
            act("draft-correct", "correct"),
            act("draft-merge", "merge"),
            act("draft-split", "split"),
            act("draft-drop", "drop"),
            inside("plan-issue", "/plans/{plan}/issue", format!("/plans/{}/issue", self.draft)),
        ]
    }

    fn entries(&self) -> Vec<Stop> {
        let entry = "/plans/{plan}/entries/{no}";
        vec![
            stop("entry", entry, Who::Inspector, at(&self.task)),
            stop("entry-closed", entry, Who::Inspector, at(&self.closed)),
            stop("entry-report", entry, Who::Handler, at(&self.report)),
            stop(
                "report",
                "/plans/{plan}/entries/{no}/report",
                Who::Handler,
                format!("{}/report", at(&self.report)),
            ),
            stop(
                "instruct",
                "/plans/{plan}/entries/{no}/instruct",
                Who::Leader,
                format!("{}/instruct", at(&self.task)),
            ),
            stop(
                "entry-new",
                "/plans/{plan}/entries/new",
                Who::Inspector,
                format!("/plans/{}/entries/new?register=task", self.campaign),
            ),
        ]
    }
}

fn administration() -> Vec<Stop> {
    use Who::{Audit, Security, System};
    let person = "/admin/people/{person}";
    vec![
        stop("admin-units", "/admin/units", System, "/admin/units"),
        stop("admin-unit", "/admin/units", System, "/admin/units?at=4"),
        stop("admin-people", "/admin/people", System, "/admin/people"),
        stop("admin-person", person, System, "/admin/people/4"),
        stop("admin-divisions", "/admin/divisions", System, "/admin/divisions"),
        stop("admin-holidays", "/admin/holidays", System, "/admin/holidays"),
        stop("admin-packs", "/admin/packs", System, "/admin/packs"),
        stop("admin-pack", "/admin/packs/{name}/{version}", System, "/admin/packs/task/2"),
        stop("admin-directory", "/admin/directory", System, "/admin/directory"),
        stop("admin-roles", "/admin/roles", Security, "/admin/roles"),
        stop("admin-accounts", "/admin/accounts", Security, "/admin/accounts"),
        stop("admin-addresses", "/admin/addresses", Security, "/admin/addresses"),
        stop("admin-forget", "/admin/forget", Security, "/admin/forget?plan=1&entry=1"),
        stop("admin-account", "/admin/accounts/{person}", Security, "/admin/accounts/4"),
        stop("audit", "/audit", Audit, "/audit"),
        stop("audit-verify", "/audit/verify", Audit, "/audit/verify"),
    ]
}

fn stop(name: &'static str, route: &'static str, who: Who, path: impl Into<String>) -> Stop {
    Stop { name, route, who, path: path.into() }
}

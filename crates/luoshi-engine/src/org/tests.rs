//! Stories of an organisation: a county of three levels, changed in mid-year.

use jiff::civil::{Date, Time, date};
use luoshi_pack::Role;
use luoshi_plan::model::Collective;

use super::*;
use crate::{Actor, Moment, Refusal, RefusalKind};

/// A county that commands are given to on a day.
struct County {
    org: Organisation,
    today: Date,
}

const SYSTEM: i64 = 1;
const SECURITY: i64 = 2;
const AUDIT: i64 = 3;

fn newcomer(name: &str) -> Newcomer {
    Newcomer { name: name.to_owned(), mobile: String::new() }
}

impl County {
    /// 云岭县 (1) with 应急管理局 (2), 松坪镇 (3), 石鼓乡 (4), 红石村 (5), 财政所 of 松坪镇 (6), 市应急管理局
    /// outside (7); its administrators are people and posts 1 to 3.
    fn new() -> Self {
        let mut county = Self { org: Organisation::default(), today: date(2026, 1, 4) };
        let administrators =
            Administrators {
                system: newcomer("赵一"), security: newcomer("钱二"), audit: newcomer("孙三")
            };
        let found = OrgCommand::Found { name: "云岭县".into(), kind: "county".into(), administrators };
        county.give(0, &found).unwrap();
        for (name, above, kind) in [
            ("县应急管理局", 1, "department"),
            ("松坪镇", 1, "township"),
            ("石鼓乡", 1, "township"),
            ("红石村", 3, "village"),
            ("财政所", 3, "office"),
        ] {
            county.ok(SYSTEM, &unit(name, Some(above), kind));
        }
        let OrgCommand::AddUnit { id, unit } = unit("市应急管理局", None, "department") else {
            unreachable!()
        };
        county.ok(SYSTEM, &OrgCommand::AddUnit { id, unit: NewUnit { outside: true, ..unit } });
        county
    }

    /// Gives a command as the person whose post bears the same number.
    fn give(&mut self, who: i64, command: &OrgCommand) -> Result<Vec<OrgEvent>, Refusal> {
        let actor = match who {
            0 => Actor::system(),
            who => Actor { person: PersonId(who), post: PostId(who), address: String::new() },
        };
        let now = Moment::at(self.today, Time::midnight());
        let events = decide_org(&self.org, &actor, command, now)?;
        events.iter().for_each(|event| self.org.apply(event));
        Ok(events)
    }

    fn ok(&mut self, who: i64, command: &OrgCommand) {
        if let Err(refusal) = self.give(who, command) {
            panic!("{command:?}: {refusal}");
        }
    }

    fn refused(&mut self, who: i64, command: &OrgCommand, kind: RefusalKind, words: &str) {
        let before = self.org.clone();
        let refusal = self.give(who, command).expect_err(words);
        assert_eq!(refusal.kind, kind, "{refusal}");
        assert!(refusal.sentence.contains(words), "{refusal}");
        assert_eq!(self.org, before);
    }

    /// A person with a post from 4 January, whose numbers are the same, and roles.
    fn post(&mut self, name: &str, at: i64, title: &str, roles: &[Role]) -> i64 {
        self.ok(SYSTEM, &OrgCommand::AddPerson { id: None, person: newcomer(name) });
        let person = *self.org.people.keys().next_back().unwrap();
        self.ok(SYSTEM, &add_post(person.0, at, title));
        let post = *self.org.posts.keys().next_back().unwrap();
        assert_eq!(person.0, post.0);
        if !roles.is_empty() {
            self.ok(SECURITY, &OrgCommand::SetRoles { post, roles: roles.to_vec(), system: None });
        }
        post.0
    }

    fn names(&self, units: &[UnitId], day: Date) -> String {
        units.iter().map(|id| self.org.unit(*id).unwrap().name_on(day)).collect::<Vec<_>>().join("、")
    }
}

fn unit(name: &str, parent: Option<i64>, kind: &str) -> OrgCommand {
    let unit = NewUnit {
        name: name.to_owned(),
        parent: parent.map(UnitId),
        about: About { kind: kind.to_owned(), ..About::default() },
        from: date(2020, 1, 1),
        to: None,
        outside: false,
    };
    OrgCommand::AddUnit { id: None, unit }
}

fn add_post(person: i64, at: i64, title: &str) -> OrgCommand {
    OrgCommand::AddPost {
        id: None,
        person: PersonId(person),
        unit: UnitId(at),
        title: title.to_owned(),
        from: date(2026, 1, 4),
        to: None,
    }
}

fn rename(unit: i64, name: &str, from: Date) -> OrgCommand {
    OrgCommand::RenameUnit { unit: UnitId(unit), name: name.to_owned(), from }
}

fn relocate(unit: i64, parent: i64, from: Date) -> OrgCommand {
    OrgCommand::MoveUnit { unit: UnitId(unit), parent: Some(UnitId(parent)), from }
}

fn close(unit: i64, last: Date, into: Option<i64>) -> OrgCommand {
    OrgCommand::CloseUnit { unit: UnitId(unit), last, into: into.map(UnitId) }
}

use RefusalKind::{Incomplete, NotAllowed, OutOfTime, SameHand, Stale, WrongState};

#[test]
fn an_empty_organisation_is_founded_once_by_three_people() {
    let mut county = County { org: Organisation::default(), today: date(2026, 1, 4) };
    let found = |audit: &str| OrgCommand::Found {
        name: "云岭县".into(),
        kind: "county".into(),
        administrators: Administrators {
            system: newcomer("赵一"),
            security: newcomer("钱二"),
            audit: newcomer(audit),
        },
    };
    county.refused(0, &unit("松坪镇", None, "township"), NotAllowed, "系统管理员");
    county.refused(0, &found("赵一"), Incomplete, "三个人分别担任");
    county.ok(0, &found("孙三"));
    county.refused(0, &found("李四"), WrongState, "已经建立");
    let day = county.today;
    let holders = county.org.administrators(SystemRole::AuditAdmin, day);
    assert_eq!(holders, [Holder { post: PostId(3), person: PersonId(3), stands_in: false }]);
}

#[test]
fn three_administrators_keep_apart() {
    let mut county = County::new();
    let town = county.post("李明", 3, "镇长", &[Role::Leader, Role::Handler]);
    // Each does only their own work.
    county.refused(AUDIT, &unit("青竹街道", Some(1), "township"), NotAllowed, "联系赵一");
    county.refused(SECURITY, &unit("青竹街道", Some(1), "township"), NotAllowed, "系统管理员");
    let roles = |post: i64, system: Option<SystemRole>| OrgCommand::SetRoles {
        post: PostId(post),
        roles: if system.is_none() { vec![Role::Reader] } else { Vec::new() },
        system,
    };
    county.refused(SYSTEM, &roles(town, None), NotAllowed, "联系钱二");
    // Nobody grants roles to themself.
    county.refused(SECURITY, &roles(SECURITY, None), SameHand, "另一名安全管理员");
    // No system role together with business roles in a post, no two of them in one person.
    let both = OrgCommand::SetRoles {
        post: PostId(town),
        roles: vec![Role::Handler],
        system: Some(SystemRole::AuditAdmin),
    };
    county.refused(SECURITY, &both, SameHand, "业务角色");
    county.ok(SYSTEM, &add_post(1, 2, "干事"));
    county.refused(SECURITY, &roles(5, Some(SystemRole::AuditAdmin)), SameHand, "赵一在此期间是系统管理员");
    county.ok(SECURITY, &roles(5, None));
    // What one is in charge of is what one sees: nobody widens that for themself either.
    let division = OrgCommand::SetDivision { post: PostId(5), units: vec![UnitId(1)], fields: Vec::new() };
    county.refused(SYSTEM, &division, SameHand, "自己的岗位");
    // The system never stays without one of them.
    county.refused(SYSTEM, &end(3, date(2026, 2, 1)), WrongState, "最后一名审计管理员");
    county.ok(SYSTEM, &add_post(town, 1, "审计"));
    county.ok(SECURITY, &roles(6, Some(SystemRole::AuditAdmin)));
    county.ok(SYSTEM, &end(3, date(2026, 2, 1)));
    // On the server itself an administrator can be named, and nothing else.
    county.ok(SYSTEM, &add_post(2, 2, "备用"));
    county.ok(0, &roles(7, Some(SystemRole::SecurityAdmin)));
    county.refused(0, &roles(town, None), NotAllowed, "安全管理员");
}

fn end(post: i64, last: Date) -> OrgCommand {
    OrgCommand::EndPost { post: PostId(post), last }
}

#[test]
fn the_tree_has_no_circles_and_no_twins() {
    let mut county = County::new();
    let day = county.today;
    county.refused(SYSTEM, &relocate(3, 5, day), Incomplete, "“红石村”就是“松坪镇”或其下级");
    county.refused(SYSTEM, &relocate(3, 3, day), Incomplete, "不能作");
    county.refused(SYSTEM, &unit("松坪镇", Some(1), "township"), Incomplete, "已有“松坪镇”");
    county.refused(SYSTEM, &rename(4, "松坪镇", day), Incomplete, "已有“松坪镇”");
    // The same name below another unit is another unit.
    county.ok(SYSTEM, &unit("财政所", Some(4), "office"));
    county.refused(SYSTEM, &relocate(8, 3, day), Incomplete, "已有“财政所”");
    county.refused(SYSTEM, &unit("党政办", None, "office"), Incomplete, "没有上级单位");
    county.refused(SYSTEM, &unit("党政办", Some(3), "厅"), Incomplete, "不认识类别“厅”");
    let numbered = |id: i64| match unit("党政办", Some(3), "office") {
        OrgCommand::AddUnit { unit, .. } => OrgCommand::AddUnit { id: Some(UnitId(id)), unit },
        other => other,
    };
    county.refused(SYSTEM, &numbered(8), Stale, "新的变动");
    county.ok(SYSTEM, &numbered(9));
}

#[test]
fn a_circle_on_a_later_day_is_seen_too() {
    let mut county = County::new();
    county.today = date(2026, 7, 10);
    county.ok(SYSTEM, &relocate(4, 3, date(2026, 7, 8)));
    // On 1 July 石鼓乡 was not yet below 松坪镇, from 8 July on it is.
    county.refused(SYSTEM, &relocate(3, 4, date(2026, 7, 1)), Incomplete, "其下级");
}

#[test]
fn names_and_places_are_told_as_they_were() {
    let mut county = County::new();
    county.today = date(2026, 7, 10);
    county.ok(SYSTEM, &rename(4, "石鼓镇", date(2026, 7, 1)));
    let town = county.org.unit(UnitId(4)).unwrap();
    assert_eq!(town.name_on(date(2026, 6, 30)), "石鼓乡");
    assert_eq!(town.name_on(date(2026, 7, 1)), "石鼓镇");
    county.refused(SYSTEM, &rename(4, "石鼓街道", date(2026, 6, 1)), OutOfTime, "2026年7月1日已登记过改名");
    county.refused(SYSTEM, &rename(4, "石鼓街道", date(2026, 8, 1)), OutOfTime, "还没有到");
    // A slip is corrected on the same day.
    county.ok(SYSTEM, &rename(4, "石古镇", date(2026, 7, 1)));
    county.ok(SYSTEM, &rename(4, "石鼓镇", date(2026, 7, 1)));
    // 红石村 goes over to 石鼓镇.
    county.ok(SYSTEM, &relocate(5, 4, date(2026, 7, 5)));
    let below = |day| county.names(&county.org.below(UnitId(4), None, day), day);
    assert_eq!(below(date(2026, 7, 4)), "");
    assert_eq!(below(date(2026, 7, 5)), "红石村");
    assert!(county.org.covers_on(UnitId(3), UnitId(5), date(2026, 7, 4)));
    assert!(!county.org.covers_on(UnitId(3), UnitId(5), date(2026, 7, 5)));
    let line = |day| county.names(&county.org.line_on(UnitId(5), day), day);
    assert_eq!(line(date(2026, 6, 30)), "红石村、松坪镇、云岭县");
    assert_eq!(line(date(2026, 7, 5)), "红石村、石鼓镇、云岭县");
}

#[test]
fn a_unit_with_units_below_is_not_simply_closed() {
    let mut county = County::new();
    let today = county.today;
    county.refused(SYSTEM, &close(3, today, None), WrongState, "红石村、财政所");
    county.refused(SYSTEM, &close(1, today, None), WrongState, "最上一级");
    county.ok(SYSTEM, &close(5, today, None));
    county.ok(SYSTEM, &close(6, today, None));
    county.ok(SYSTEM, &close(3, date(2026, 12, 31), None));
    // It still works until then, but takes nothing in that lasts longer.
    county.refused(SYSTEM, &unit("新村", Some(3), "village"), OutOfTime, "2026年12月31日撤销");
    assert_eq!(county.org.below(UnitId(1), Some("township"), date(2026, 12, 31)).len(), 2);
    assert_eq!(county.org.below(UnitId(1), Some("township"), date(2027, 1, 1)).len(), 1);
}

#[test]
fn two_towns_are_merged_in_mid_year() {
    let mut county = County::new();
    let clerk = county.post("周敏", 3, "干事", &[Role::Handler]);
    county.today = date(2026, 7, 2);
    county.ok(SYSTEM, &unit("财政所", Some(4), "office"));
    let merge = OrgCommand::MergeUnits { units: vec![UnitId(3)], into: UnitId(4), from: date(2026, 7, 1) };
    // Both have a 财政所: two of a name below one town would be told apart by nobody.
    county.refused(SYSTEM, &merge, Incomplete, "已有“财政所”");
    county.ok(SYSTEM, &rename(6, "财政所（松坪）", date(2026, 7, 1)));
    county.ok(SYSTEM, &merge);
    let (before, after) = (date(2026, 6, 30), date(2026, 7, 1));
    let towns = |day| county.names(&county.org.expand(UnitId(1), Collective::Township, day), day);
    assert_eq!(towns(before), "松坪镇、石鼓乡");
    assert_eq!(towns(after), "石鼓乡");
    assert_eq!(
        county.names(&county.org.children(Some(UnitId(4)), after), after),
        "红石村、财政所（松坪）、财政所"
    );
    assert_eq!(county.org.successor(UnitId(3), before), Some(UnitId(3)));
    assert_eq!(county.org.successor(UnitId(3), after), Some(UnitId(4)));
    // What 松坪镇 owed is in the scope of 石鼓乡 now, its posts have ended.
    assert!(county.org.covers_on(UnitId(4), UnitId(3), after));
    assert!(county.org.covers(UnitId(4), UnitId(3)));
    assert!(county.org.hand(PersonId(clerk), PostId(clerk), before).is_some());
    assert!(county.org.hand(PersonId(clerk), PostId(clerk), after).is_none());
    county.refused(SYSTEM, &rename(3, "松坪街道", after), WrongState, "已于2026年6月30日撤销");
    county.refused(SYSTEM, &close(4, county.today, Some(5)), Incomplete, "“红石村”是“石鼓乡”的下级");
}

#[test]
fn words_for_many_are_the_units_of_the_issuer() {
    let county = County::new();
    let told = |issuer: i64, word| {
        county.names(&county.org.expand(UnitId(issuer), word, county.today), county.today)
    };
    assert_eq!(told(1, Collective::Village), "红石村");
    assert_eq!(told(1, Collective::Department), "县应急管理局");
    // A town's 各部门 are its own offices.
    assert_eq!(told(3, Collective::Department), "财政所");
    assert_eq!(told(1, Collective::Unit), "");
}

#[test]
fn a_post_is_stood_in_for_while_its_holder_is_away() {
    let mut county = County::new();
    let mayor = county.post("李明", 3, "镇长", &[Role::Leader]);
    let deputy = county.post("王芳", 3, "副镇长", &[]);
    let delegate = |to: i64, from: Date, until: Date, reason: &str| OrgCommand::Delegate {
        post: PostId(mayor),
        to: PersonId(to),
        from,
        until,
        reason: reason.to_owned(),
    };
    let (from, until) = (date(2026, 3, 2), date(2026, 3, 20));
    county.refused(mayor, &delegate(mayor, from, until, "学习"), Incomplete, "不能由本人代理");
    county.refused(mayor, &delegate(deputy, from, date(2027, 3, 2), "学习"), OutOfTime, "最长一年");
    county.refused(mayor, &delegate(deputy, date(2026, 1, 3), until, "学习"), OutOfTime, "不能补办");
    county.refused(mayor, &delegate(deputy, from, until, " "), Incomplete, "原因");
    county.refused(deputy, &delegate(deputy, from, until, "学习"), NotAllowed, "岗位本人");
    county.refused(SECURITY, &delegate(SECURITY, from, until, "学习"), NotAllowed, "指定自己");
    county.ok(mayor, &delegate(deputy, from, until, "党校学习"));
    county.refused(mayor, &delegate(SYSTEM, until, until, "学习"), WrongState, "已由“王芳”代理");
    let hands = |county: &County, day| -> Vec<(String, bool)> {
        let holders = county.org.holders(UnitId(3), Role::Leader, day);
        holders.iter().map(|h| (county.org.person_name(h.person), h.stands_in)).collect()
    };
    assert_eq!(hands(&county, date(2026, 3, 1)), [("李明".to_owned(), false)]);
    assert_eq!(hands(&county, from), [("李明".to_owned(), false), ("王芳".to_owned(), true)]);
    assert!(county.org.hand(PersonId(deputy), PostId(mayor), until).is_some());
    // Back early.
    county.today = date(2026, 3, 10);
    let early = |last| OrgCommand::EndDelegation { post: PostId(mayor), to: PersonId(deputy), from, last };
    county.refused(mayor, &early(date(2026, 3, 5)), OutOfTime, "过去");
    county.ok(mayor, &early(date(2026, 3, 9)));
    assert_eq!(hands(&county, date(2026, 3, 10)).len(), 1);
}

#[test]
fn stand_ins_do_not_join_what_is_kept_apart() {
    let mut county = County::new();
    let today = county.today;
    let delegate = |to: i64| OrgCommand::Delegate {
        post: PostId(AUDIT),
        to: PersonId(to),
        from: today,
        until: today,
        reason: "休假".to_owned(),
    };
    county.refused(AUDIT, &delegate(SYSTEM), SameHand, "不能兼任或代理审计管理员");
    let clerk = county.post("周敏", 1, "干事", &[]);
    county.ok(AUDIT, &delegate(clerk));
}

#[test]
fn leaders_are_in_charge_of_units_and_all_below_them() {
    let mut county = County::new();
    let deputy = county.post("陈刚", 2, "副县长", &[Role::Leader]);
    let inspector = county.post("周敏", 2, "督查员", &[Role::Inspector]);
    let division = |post: i64, units: &[i64]| OrgCommand::SetDivision {
        post: PostId(post),
        units: units.iter().copied().map(UnitId).collect(),
        fields: vec!["安全生产".to_owned()],
    };
    county.refused(SYSTEM, &division(deputy, &[7]), Incomplete, "外部单位");
    let handler = county.post("石长根", 2, "干事", &[Role::Handler]);
    county.refused(SYSTEM, &division(handler, &[2]), WrongState, "不是领导或督查员");
    county.ok(SYSTEM, &division(deputy, &[2, 3]));
    county.ok(SYSTEM, &division(inspector, &[1]));
    let day = county.today;
    let leaders = |unit: i64| -> Vec<i64> {
        county.org.leaders(UnitId(unit), day).iter().map(|post| post.id.0).collect()
    };
    assert_eq!(leaders(3), [deputy]);
    assert_eq!(leaders(5), [deputy]);
    assert_eq!(leaders(4), [inspector]);
    // The inspector's own office lies within the county that is in their charge.
    assert_eq!(county.org.scope(PostId(inspector), day), [UnitId(1)]);
    assert_eq!(county.org.scope(PostId(deputy), day), [UnitId(2), UnitId(3)]);
    assert!(county.org.sees(PostId(deputy), UnitId(5), day));
    assert!(!county.org.sees(PostId(deputy), UnitId(4), day));
}

#[test]
fn posts_have_their_days_and_outside_parties_have_none() {
    let mut county = County::new();
    let clerk = county.post("周敏", 3, "干事", &[Role::Handler]);
    county.refused(SYSTEM, &add_post(clerk, 7, "联络员"), WrongState, "外部单位");
    county.refused(SYSTEM, &add_post(clerk, 3, "干事"), Incomplete, "已有这个岗位");
    county.refused(SYSTEM, &end(clerk, date(2025, 12, 1)), OutOfTime, "起任职");
    county.today = date(2026, 5, 1);
    county.ok(SYSTEM, &end(clerk, date(2026, 4, 30)));
    let longer = OrgCommand::SetPost { post: PostId(clerk), title: "干事".into(), to: None };
    // Roles must not come back to life without the security administrator.
    county.refused(SYSTEM, &longer, WrongState, "新增岗位");
    let person = |name: &str, mobile: &str| OrgCommand::AddPerson {
        id: None,
        person: Newcomer { name: name.to_owned(), mobile: mobile.to_owned() },
    };
    county.refused(SYSTEM, &person("吴刚", "1380013800"), Incomplete, "11位");
    county.ok(SYSTEM, &person("吴刚", "13800138000"));
    county.refused(SYSTEM, &person("郑强", "13800138000"), Incomplete, "已登记在“吴刚”名下");
}

#[test]
fn many_commands_are_all_carried_out_or_none() {
    let mut county = County::new();
    let good = unit("青竹街道", Some(1), "township");
    let bad = OrgCommand::Together(vec![good.clone(), good.clone()]);
    county.refused(SYSTEM, &bad, Incomplete, "第2项：“云岭县”下已有“青竹街道”");
    let below = unit("白龙社区", Some(8), "village");
    county.ok(SYSTEM, &OrgCommand::Together(vec![good, below]));
    assert_eq!(county.org.line(UnitId(9)), [UnitId(9), UnitId(8), UnitId(1)]);
}

#[test]
fn units_of_one_name_are_named_behind_the_unit_above() {
    let mut county = County::new();
    county.ok(SYSTEM, &unit("财政所", Some(4), "office"));
    let named = |name: &str| county.org.named(name, county.today);
    assert_eq!(named("财政所"), [UnitId(6), UnitId(8)]);
    assert_eq!(named("松坪镇财政所"), [UnitId(6)]);
    assert_eq!(named("石鼓乡财政所"), [UnitId(8)]);
    assert!(named("红石村财政所").is_empty());
}

#[test]
fn packs_and_days_are_published_with_their_ground() {
    let mut county = County::new();
    let pack =
        |version, text: &str| OrgCommand::PublishPack { name: "task".into(), version, text: text.into() };
    county.refused(SYSTEM, &pack(0, "甲"), Stale, "应为第1版");
    county.ok(0, &pack(2, "甲"));
    county.refused(SYSTEM, &pack(4, "乙"), Stale, "应为第3版");
    county.refused(SYSTEM, &pack(3, "甲"), Incomplete, "内容相同");
    let day = date(2026, 2, 14);
    let set = |reason: &str| OrgCommand::SetWorkday { day, working: true, reason: reason.to_owned() };
    county.refused(SYSTEM, &set(""), Incomplete, "依据");
    county.ok(SYSTEM, &set("县政府办通知"));
    county.refused(SYSTEM, &set("县政府办通知"), Incomplete, "无需再设");
    county.ok(SYSTEM, &OrgCommand::ClearWorkday { day, reason: "更正".into() });
    assert!(county.org.workdays.is_empty());
}

#[test]
fn events_of_before_are_still_read() {
    let old = r#"{"unit_described":{"unit":3,"short":["松坪"],"code":"03","kind":"township"}}"#;
    let mut county = County::new();
    county.org.apply(&serde_json::from_str(old).unwrap());
    assert_eq!(county.org.unit(UnitId(3)).unwrap().short, ["松坪"]);
}

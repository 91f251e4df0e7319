//! Events of the organisation in words.

use luoshi_engine::{
    AccountChange, OrgEvent, Organisation, PersonId, Post, PostId, SystemRole, Unit, UnitId,
};

use super::Kind;

/// Of which kind an event is.
pub(super) fn kind(event: &OrgEvent) -> Kind {
    use OrgEvent as E;
    match event {
        E::UnitAdded(_)
        | E::UnitRenamed { .. }
        | E::UnitDescribed { .. }
        | E::UnitMoved { .. }
        | E::UnitClosed { .. } => Kind::Units,
        E::PersonSet(_) | E::PostSet(_) => Kind::People,
        E::Delegated(_) | E::DelegationEnded { .. } | E::DivisionSet(_) => Kind::Delegations,
        E::PackPublished { .. } | E::WorkdaySet { .. } | E::WorkdayCleared { .. } | E::ColumnsKept { .. } => {
            Kind::Rules
        }
        E::ConfidentialRead { .. } => Kind::Readings,
        E::Account { what: AccountChange::SignedIn, .. } => Kind::Entrances,
        E::Account { .. } | E::AddressesLimited { .. } | E::SecondFactorSet { .. } => Kind::Accounts,
    }
}

/// The person an event is about.
pub(super) fn about(org: &Organisation, event: &OrgEvent) -> Option<PersonId> {
    let holder = |post: &PostId| org.posts.get(post).map(|post| post.person);
    match event {
        OrgEvent::PersonSet(person) => Some(person.id),
        OrgEvent::PostSet(post) => Some(post.person),
        OrgEvent::Delegated(delegation) => Some(delegation.to),
        OrgEvent::DelegationEnded { to, .. } => Some(*to),
        OrgEvent::DivisionSet(division) => holder(&division.post),
        OrgEvent::Account { person, .. } => Some(*person),
        _ => None,
    }
}

/// What happened.
pub(super) fn what(org: &Organisation, event: &OrgEvent) -> String {
    use OrgEvent as E;
    let unit = |id: &UnitId| org.unit_name(*id);
    let into =
        |id: &Option<UnitId>| id.map(|id| format!("，由{}接办", org.unit_name(id))).unwrap_or_default();
    match event {
        E::UnitAdded(unit) => added(org, unit),
        E::UnitRenamed { unit: id, name, from } => format!("自{from}起，{}更名为{name}", unit(id)),
        E::UnitDescribed { unit: id, .. } => format!("修改{}的简称、类别或编码", unit(id)),
        E::UnitMoved { unit: id, parent, from } => {
            let above = parent.as_ref().map_or_else(|| String::from("最上级"), unit);
            format!("自{from}起，{}的上级改为{above}", unit(id))
        }
        E::UnitClosed { unit: id, last, into: to } => format!("{}到{last}撤销{}", unit(id), into(to)),
        E::PersonSet(person) => format!("登记或更正人员{}", person.name),
        E::PostSet(post) => self::post(org, post),
        E::Delegated(d) => {
            let (post, to) = (holder(org, d.post), org.person_name(d.to));
            format!("{to}代理{post}，{}至{}，原因：{}", d.from, d.until, d.reason)
        }
        E::DelegationEnded { post, to, last, .. } => {
            format!("{}代理{}到{last}提前结束", org.person_name(*to), holder(org, *post))
        }
        E::DivisionSet(division) => {
            let units: Vec<String> = division.units.iter().map(unit).collect();
            let fields = if division.fields.is_empty() {
                String::new()
            } else {
                format!("，领域：{}", division.fields.join("、"))
            };
            format!("{}分管：{}{fields}", holder(org, division.post), units.join("、"))
        }
        E::PackPublished { name, version, .. } => format!("发布方案包{name}第{version}版"),
        E::WorkdaySet { day, working, reason } => {
            format!("{day}设为{}，依据：{reason}", if *working { "上班" } else { "放假" })
        }
        E::WorkdayCleared { day, reason } => format!("{day}恢复按国家安排，原因：{reason}"),
        E::ConfidentialRead { plan, entry, fields, purpose } => {
            format!("查看方案{plan}第{entry}号事项的保密内容（{}），用途：{purpose}", fields.join("、"))
        }
        E::ColumnsKept { unit: id, register, columns } => {
            format!("{}记下台账{register}的{}列表头含义", unit(id), columns.len())
        }
        E::AddressesLimited { networks } if networks.is_empty() => String::from("管理岗位不再限定网络地址"),
        E::AddressesLimited { networks } => {
            format!("管理岗位只能在这些网络地址使用：{}", networks.join("、"))
        }
        E::SecondFactorSet { required: true } => String::from("管理岗位须用动态口令"),
        E::SecondFactorSet { required: false } => String::from("管理岗位不再须用动态口令"),
        E::Account { person, what, login } => {
            let login = if login.is_empty() { String::new() } else { format!("，登录名{login}") };
            format!("{}：{}{login}", org.person_name(*person), what.title())
        }
    }
}

fn added(org: &Organisation, unit: &Unit) -> String {
    let above = unit.parent().map(|above| format!("，上级{}", org.unit_name(above))).unwrap_or_default();
    let name = unit.names.first().map(|(_, name)| name.as_str()).unwrap_or_default();
    format!("自{}起设立{name}{above}", unit.from)
}

/// A post as it was set.
fn post(org: &Organisation, post: &Post) -> String {
    let titles = post.roles.iter().map(|role| role.title());
    let roles: Vec<&str> = titles.chain(post.system.map(SystemRole::title)).collect();
    let roles = if roles.is_empty() { String::from("无角色") } else { roles.join("、") };
    let until = post.to.map(|to| format!("至{to}")).unwrap_or_default();
    let (person, unit) = (org.person_name(post.person), org.unit_name(post.unit));
    format!("{person}任{unit}{}，{}起{until}，{roles}", post.title, post.from)
}

/// The holder of a post with unit and title.
fn holder(org: &Organisation, post: PostId) -> String {
    match org.posts.get(&post) {
        Some(post) => {
            format!("{}（{} {}）", org.person_name(post.person), org.unit_name(post.unit), post.title)
        }
        None => format!("岗位{post}"),
    }
}

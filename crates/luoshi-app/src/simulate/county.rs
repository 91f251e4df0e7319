//! The founding of the county: units, people, posts, roles, and who leads what.

use jiff::civil::Date;
use luoshi_engine::{
    About, Administrators, NewUnit, Newcomer, OrgCommand, PersonId, PostId, SystemRole, UnitId,
};
use luoshi_pack::Role;

use super::dice::Dice;
use super::sample::{SAMPLES, Seat};
use super::words::{self, CITY, COUNTY};
use super::{Run, Simulation};
use crate::error::AppError;

/// The units that plans are issued by.
#[derive(Clone, Debug, Default)]
pub(super) struct Seats {
    pub(super) county: Vec<UnitId>,
    pub(super) towns: Vec<UnitId>,
    pub(super) bureaus: Vec<UnitId>,
    pub(super) schools: Vec<UnitId>,
}

/// The county's bureaus with their sections.
const BUREAUS: [(&str, [&str; 2]); 8] = [
    ("县农业农村局", ["种植业股", "综合股"]),
    ("县教育和体育局", ["安全监管股", "基教股"]),
    ("县自然资源局", ["耕地保护监督股", "法规与信访股"]),
    ("县司法局", ["人民参与和促进法治股", "社区矫正管理股"]),
    ("县文化和旅游局", ["公共服务股", "产业发展股"]),
    ("县应急管理局", ["综合协调股", "执法大队"]),
    ("县就业服务中心", ["就业促进股", "培训股"]),
    ("县林业局", ["防火办公室", "资源管理股"]),
];

/// Where the education bureau stands among them.
const EDUCATION: usize = 1;

const SCHOOLS: [&str; 2] = ["河源县第一中学", "河源县实验小学"];
const SCHOOL_OFFICES: [&str; 3] = ["教务处", "总务处", "政教处"];
const TOWN_OFFICES: [&str; 3] = ["党政综合办公室", "应急管理办公室", "农业综合服务中心"];

/// Commands for everything, with the numbers that they will get.
struct Founding {
    dice: Dice,
    from: Date,
    units: i64,
    people: i64,
    posts: i64,
    system: Vec<OrgCommand>,
    security: Vec<OrgCommand>,
    /// Posts of leaders by their unit.
    leaders: Vec<(UnitId, PostId)>,
}

impl Founding {
    fn unit(&mut self, name: &str, kind: &str, parent: UnitId) -> UnitId {
        self.any_unit(name, kind, Some(parent), false)
    }

    fn any_unit(&mut self, name: &str, kind: &str, parent: Option<UnitId>, outside: bool) -> UnitId {
        self.units += 1;
        let id = UnitId(self.units);
        let short = name.strip_prefix('县').filter(|short| !short.is_empty());
        let about = About {
            kind: kind.to_owned(),
            short: short.into_iter().map(str::to_owned).collect(),
            ..About::default()
        };
        let unit = NewUnit { name: name.to_owned(), parent, about, from: self.from, to: None, outside };
        self.system.push(OrgCommand::AddUnit { id: Some(id), unit });
        id
    }

    fn person(&mut self) -> PersonId {
        self.people += 1;
        let id = PersonId(self.people);
        let person = Newcomer { name: words::person(&mut self.dice), mobile: mobile(id.0) };
        self.system.push(OrgCommand::AddPerson { id: Some(id), person });
        id
    }

    fn post(&mut self, person: PersonId, unit: UnitId, title: &str, roles: &[Role]) -> PostId {
        self.posts += 1;
        let id = PostId(self.posts);
        let title = title.to_owned();
        self.system.push(OrgCommand::AddPost {
            id: Some(id),
            person,
            unit,
            title,
            from: self.from,
            to: None,
        });
        self.security.push(OrgCommand::SetRoles { post: id, roles: roles.to_vec(), system: None });
        if roles.contains(&Role::Leader) {
            self.leaders.push((unit, id));
        }
        id
    }

    /// A unit that issues plans: everybody whom a flow may ask for, some with several posts.
    fn staff_seat(&mut self, unit: UnitId, head: &str) {
        let chief = self.person();
        self.post(chief, unit, head, &[Role::Leader]);
        let deputy = self.person();
        self.post(deputy, unit, &format!("副{head}"), &[Role::Leader]);
        // The second reviewer accepts as well: what one did, the other has to accept.
        let reviewer = self.person();
        self.post(reviewer, unit, "审核员", &[Role::Reviewer]);
        let both = self.person();
        self.post(both, unit, "复核员", &[Role::Reviewer]);
        self.post(both, unit, "验收员", &[Role::Acceptor]);
        let acceptor = self.person();
        self.post(acceptor, unit, "验收专员", &[Role::Acceptor]);
        for title in ["督查室主任", "督查专员"] {
            let inspector = self.person();
            self.post(inspector, unit, title, &[Role::Inspector]);
        }
        let clerk = self.person();
        self.post(clerk, unit, "综合干事", &[Role::Handler]);
        self.post(clerk, unit, "档案员", &[Role::Reader]);
        let second = self.person();
        self.post(second, unit, "经办员", &[Role::Handler]);
    }

    /// A unit that carries out what others issue.
    fn staff_unit(&mut self, unit: UnitId, head: &str) {
        let chief = self.person();
        self.post(chief, unit, head, &[Role::Leader]);
        for title in ["综合干事", "经办员"] {
            let clerk = self.person();
            self.post(clerk, unit, title, &[Role::Handler]);
        }
    }

    /// A section of a seat: a head who also handles, and one who only handles.
    fn staff_section(&mut self, unit: UnitId) {
        let head = self.person();
        self.post(head, unit, "负责人", &[Role::Leader]);
        let clerk = self.person();
        self.post(clerk, unit, "干事", &[Role::Handler]);
        // In a small section the head does the work as well.
        self.post(head, unit, "经办人", &[Role::Handler]);
    }

    fn staff_village(&mut self, unit: UnitId) {
        let secretary = self.person();
        self.post(secretary, unit, "村党组织书记", &[Role::Leader]);
        self.post(secretary, unit, "包片人", &[Role::Handler]);
        let clerk = self.person();
        self.post(clerk, unit, "村文书", &[Role::Handler]);
        let deputy = self.person();
        self.post(deputy, unit, "副主任", &[Role::Leader]);
    }
}

fn mobile(number: i64) -> String {
    format!("138{number:08}")
}

/// Founds the county and tells where its plans are issued.
pub(super) async fn found(run: &mut Run<'_>) -> Result<Seats, AppError> {
    let mut dice = Dice::of(run.plan.seed, &[1]);
    let mut newcomer =
        |number: i64| Newcomer { name: words::person(&mut dice), mobile: mobile(90_000_000 + number) };
    let administrators = Administrators { system: newcomer(1), security: newcomer(2), audit: newcomer(3) };
    let name = format!("{COUNTY}人民政府");
    let command = OrgCommand::Found { name, kind: String::from("county"), administrators };
    // A place that was founded already is no place for an invented county.
    run.app.organise(&run.key(), &luoshi_engine::Actor::system(), &[command]).await?;
    let mut founding = Founding {
        dice: Dice::of(run.plan.seed, &[2]),
        from: run.plan.start,
        units: 1,
        people: 3,
        posts: 3,
        system: Vec::new(),
        security: Vec::new(),
        leaders: Vec::new(),
    };
    let seats = lay_out(&mut founding, run.plan);
    let divisions = divisions(&founding, &seats);
    let system = run.administrator(SystemRole::SystemAdmin);
    let security = run.administrator(SystemRole::SecurityAdmin);
    run.organise(&system, &founding.system).await?;
    run.organise(&security, &founding.security).await?;
    run.organise(&system, &divisions).await?;
    Ok(seats)
}

fn lay_out(founding: &mut Founding, plan: &Simulation) -> Seats {
    let county = UnitId(1);
    let mut seats = Seats { county: vec![county], ..Seats::default() };
    founding.staff_seat(county, "县长");
    founding.any_unit(&format!("{CITY}人民政府办公室"), "department", None, true);
    founding.any_unit("市平安办", "department", None, true);
    for (at, (name, sections)) in BUREAUS.into_iter().enumerate() {
        let bureau = founding.unit(name, "department", county);
        if SAMPLES.iter().any(|sample| sample.seat == Seat::Bureau(at)) {
            founding.staff_seat(bureau, "局长");
        } else {
            founding.staff_unit(bureau, "局长");
        }
        seats.bureaus.push(bureau);
        for section in sections {
            let section = founding.unit(section, "office", bureau);
            founding.staff_section(section);
        }
    }
    // Schools stand under the education bureau.
    let education = seats.bureaus.get(EDUCATION).copied().unwrap_or(county);
    for name in SCHOOLS {
        let school = founding.unit(name, "school", education);
        founding.staff_seat(school, "校长");
        seats.schools.push(school);
        for office in SCHOOL_OFFICES {
            let office = founding.unit(office, "office", school);
            founding.staff_section(office);
        }
    }
    for number in 0..index(plan.towns.max(1)) {
        let town = founding.unit(&words::town(number), "township", county);
        founding.staff_seat(town, "镇长");
        seats.towns.push(town);
        for office in TOWN_OFFICES {
            let office = founding.unit(office, "office", town);
            founding.staff_section(office);
        }
        for village in 0..index(plan.villages) {
            let village = founding.unit(&words::village(number, village), "village", town);
            founding.staff_village(village);
        }
    }
    seats
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The county's leaders share bureaus and towns among them (分管).
fn divisions(founding: &Founding, seats: &Seats) -> Vec<OrgCommand> {
    let below: Vec<UnitId> =
        seats.bureaus.iter().chain(&seats.schools).chain(&seats.towns).copied().collect();
    let leaders = founding.leaders.iter().filter(|(unit, _)| seats.county.contains(unit));
    let leaders: Vec<PostId> = leaders.map(|(_, post)| *post).collect();
    let share = below.len().div_ceil(leaders.len().max(1));
    let fields = [["综合", "督查"], ["农业农村", "安全生产"]];
    let given = leaders.iter().zip(below.chunks(share.max(1))).zip(fields);
    given
        .map(|((post, units), fields)| OrgCommand::SetDivision {
            post: *post,
            units: units.to_vec(),
            fields: fields.map(str::to_owned).to_vec(),
        })
        .collect()
}

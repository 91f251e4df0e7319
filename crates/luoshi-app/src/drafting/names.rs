//! What the names in a draft mean, and what may be meant by those that are not in the organisation.

use std::cell::OnceCell;

use jiff::civil::Date;
use luoshi_engine::{ItemParty, Organisation, UnitId, unit_directory};
use luoshi_plan::directory::{Directory, Resolution};
use luoshi_plan::model::Collective;

use crate::reader::Reader;

/// The units that a plan of one issuer can speak of.
pub struct Names<'r> {
    org: &'r Organisation,
    issuer: UnitId,
    day: Date,
    directory: OnceCell<Directory>,
}

impl Reader {
    /// What names mean in a plan of an issuer today.
    pub fn names(&self, issuer: UnitId) -> Names<'_> {
        let (org, day) = (&self.context.org, self.now.date());
        Names { org, issuer, day, directory: OnceCell::new() }
    }
}

impl Names<'_> {
    fn directory(&self) -> &Directory {
        self.directory.get_or_init(|| unit_directory(self.org, self.issuer, self.day))
    }

    /// The party that a name means: a unit, or a word for many. Otherwise the units that may be meant, the
    /// likeliest first, as [`Names::label`] tells them.
    ///
    /// # Errors
    ///
    /// No unit is called so, or several are.
    pub fn party(&self, name: &str) -> Result<ItemParty, Vec<String>> {
        let name = name.trim();
        if let Some(unit) = self.labelled(name) {
            return Ok(self.of_unit(unit));
        }
        let units = self.directory().units();
        let labels = |at: &[usize]| -> Vec<String> {
            let named = at.iter().filter_map(|at| units.get(*at));
            named.flat_map(|unit| self.org.named(&unit.name, self.day)).map(|unit| self.label(unit)).collect()
        };
        match self.directory().resolve(name) {
            Resolution::Exact(at) | Resolution::Short(at) => {
                let meant = units.get(at).map(|unit| self.org.named(&unit.name, self.day));
                match meant.unwrap_or_default()[..] {
                    [unit] => Ok(self.of_unit(unit)),
                    _ => Err(labels(&[at])),
                }
            }
            Resolution::Collective(kind, _) => {
                Ok(ItemParty { name: name.to_owned(), unit: None, collective: Some(kind) })
            }
            Resolution::Suggest(at) => Err(labels(&at)),
            Resolution::Unknown => Err(Vec::new()),
        }
    }

    fn of_unit(&self, unit: UnitId) -> ItemParty {
        ItemParty { name: self.org.unit_name(unit), unit: Some(unit), collective: None }
    }

    /// A unit as it is told to people: its name, with the unit above it where two bear that name.
    pub fn label(&self, unit: UnitId) -> String {
        let name = self.org.unit_name(unit);
        if self.org.named(&name, self.day).len() < 2 {
            return name;
        }
        let above = self.org.unit(unit).and_then(|unit| unit.parent_on(self.day));
        above.map_or(name.clone(), |above| format!("{name}（{}）", self.org.unit_name(above)))
    }

    /// The unit of a label that tells the unit above it.
    fn labelled(&self, label: &str) -> Option<UnitId> {
        let (name, above) = label.strip_suffix('）')?.rsplit_once('（')?;
        let above = self.org.named(above, self.day);
        let of = |unit: &UnitId| {
            let parent = self.org.unit(*unit).and_then(|unit| unit.parent_on(self.day));
            parent.is_some_and(|parent| above.contains(&parent))
        };
        self.org.named(name, self.day).into_iter().find(of)
    }

    /// The units that a party means today; none where it means nobody.
    pub fn units(&self, party: &ItemParty) -> Vec<UnitId> {
        match (party.unit, party.collective) {
            (Some(unit), _) => vec![unit],
            (None, Some(Collective::Unit | Collective::Post)) => {
                let mut units = self.org.children(Some(self.issuer), self.day);
                units.retain(|unit| self.org.unit(*unit).is_some_and(|unit| !unit.outside));
                units
            }
            (None, Some(kind)) => self.org.expand(self.issuer, kind, self.day),
            (None, None) => Vec::new(),
        }
    }

    /// Names to complete from: those of the units right below the issuer first.
    pub fn all(&self, most: usize) -> Vec<String> {
        let (org, day) = (self.org, self.day);
        let mut units = vec![self.issuer];
        units.extend(org.children(Some(self.issuer), day));
        let rest: Vec<UnitId> = org.below(self.issuer, None, day);
        units.extend(rest.into_iter().filter(|unit| !units.contains(unit)).collect::<Vec<_>>());
        units.into_iter().take(most).map(|unit| self.label(unit)).collect()
    }
}

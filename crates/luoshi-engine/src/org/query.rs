//! What the organisation is, at present or on any day: names, lines, scopes, who holds what.

use jiff::civil::Date;
use luoshi_pack::Role;
use luoshi_plan::model::Collective;

use super::command::must_be;
use super::{Delegation, Organisation, Post, SystemRole, Unit, UnitKind};
use crate::id::{PersonId, PostId, UnitId};
use crate::{Actor, Refusal};

/// Somebody who may act in a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The post.
    pub post: PostId,
    /// Who.
    pub person: PersonId,
    /// Whether for somebody who is away.
    pub stands_in: bool,
}

impl Unit {
    /// Its present name.
    pub fn name(&self) -> &str {
        self.names.last().map_or("", |(_, name)| name)
    }

    /// Its name on a day; its first where the day lies before that.
    pub fn name_on(&self, day: Date) -> &str {
        let named = self.names.iter().rev().find(|(from, _)| *from <= day).or(self.names.first());
        named.map_or("", |(_, name)| name)
    }

    /// The unit above it at present.
    pub fn parent(&self) -> Option<UnitId> {
        self.parents.last().and_then(|(_, parent)| *parent)
    }

    /// The unit above it on a day.
    pub fn parent_on(&self, day: Date) -> Option<UnitId> {
        self.parents.iter().rev().find(|(from, _)| *from <= day).and_then(|(_, parent)| *parent)
    }

    /// Whether it exists on a day.
    pub fn exists(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// Whether it has ceased to exist by a day.
    pub fn ended(&self, day: Date) -> bool {
        self.to.is_some_and(|to| to < day)
    }
}

impl Post {
    /// Whether it is held on a day.
    pub fn held(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

impl Delegation {
    /// Whether it holds on a day.
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && day <= self.until
    }
}

impl Organisation {
    /// A unit.
    pub fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.units.get(&id)
    }

    /// The present name of a unit; its number where there is none.
    pub fn unit_name(&self, id: UnitId) -> String {
        self.unit(id).map_or_else(|| format!("单位{id}"), |unit| unit.name().to_owned())
    }

    /// The name of a person; their number where there is none.
    pub fn person_name(&self, id: PersonId) -> String {
        self.people.get(&id).map_or_else(|| format!("人员{id}"), |person| person.name.clone())
    }

    /// The unit and all above it at present, from below. A closed unit's line goes on with the unit
    /// that took over what it owed, so that its entries stay in somebody's scope.
    pub fn line(&self, unit: UnitId) -> Vec<UnitId> {
        self.climb(unit, |unit| if unit.into.is_some() { unit.into } else { unit.parent() })
    }

    /// The unit and all above it on a day, from below; that of its successor once it is closed.
    pub fn line_on(&self, unit: UnitId, day: Date) -> Vec<UnitId> {
        self.climb(unit, |unit| if unit.ended(day) { unit.into } else { unit.parent_on(day) })
    }

    fn climb(&self, unit: UnitId, next: impl Fn(&Unit) -> Option<UnitId>) -> Vec<UnitId> {
        let mut line = vec![unit];
        let mut at = unit;
        while let Some(above) = self.unit(at).and_then(&next) {
            // A circle cannot be made by commands; a damaged table must not hang.
            if line.contains(&above) {
                break;
            }
            line.push(above);
            at = above;
        }
        line
    }

    /// Whether one unit is another or stands above it at present.
    pub fn covers(&self, upper: UnitId, lower: UnitId) -> bool {
        self.line(lower).contains(&upper)
    }

    /// Whether one unit is another or stands above it on a day.
    pub fn covers_on(&self, upper: UnitId, lower: UnitId, day: Date) -> bool {
        self.line_on(lower, day).contains(&upper)
    }

    /// Units of a kind that stand below another on a day and have accounts, by number.
    pub fn below(&self, upper: UnitId, kind: Option<&str>, day: Date) -> Vec<UnitId> {
        let wanted = |unit: &&Unit| {
            unit.id != upper
                && !unit.outside
                && unit.exists(day)
                && kind.is_none_or(|kind| unit.kind == kind)
                && self.covers_on(upper, unit.id, day)
        };
        self.units.values().filter(wanted).map(|unit| unit.id).collect()
    }

    /// The units right below another on a day, as they are listed; those at the top for none.
    pub fn children(&self, upper: Option<UnitId>, day: Date) -> Vec<UnitId> {
        let wanted = |unit: &&Unit| unit.exists(day) && unit.parent_on(day) == upper;
        let mut found: Vec<&Unit> = self.units.values().filter(wanted).collect();
        found.sort_by_key(|unit| (unit.sort == 0, unit.sort, unit.id));
        found.into_iter().map(|unit| unit.id).collect()
    }

    /// The unit that answers on a day for what a unit owed: itself while it exists, then its
    /// successor, or nobody.
    pub fn successor(&self, unit: UnitId, day: Date) -> Option<UnitId> {
        let mut at = self.unit(unit)?;
        for _ in 0..self.units.len() {
            if !at.ended(day) {
                return Some(at.id);
            }
            at = self.unit(at.into?)?;
        }
        None
    }

    /// The units that a word for many means, seen from the unit that issues a plan. None for words
    /// that do not say which (各有关单位) and for posts.
    pub fn expand(&self, issuer: UnitId, word: Collective, day: Date) -> Vec<UnitId> {
        if matches!(word, Collective::Unit | Collective::Post) {
            return Vec::new();
        }
        let mut found: Vec<UnitId> = Vec::new();
        // 各部门 of a county are its departments and not every office of every township; where the
        // issuer has no departments, as a township, its own offices are meant.
        for kind in UnitKind::ALL.iter().filter(|kind| kind.collective == word) {
            found = self.below(issuer, Some(kind.word), day);
            if word == Collective::Department && kind.word == "office" {
                found.retain(|id| self.unit(*id).is_some_and(|unit| unit.parent_on(day) == Some(issuer)));
            }
            if !found.is_empty() {
                break;
            }
        }
        found
    }

    /// Units that bear a name or short name on a day; where there is none, those that bear it behind the name
    /// of the unit above them, as units of the same name are told apart.
    pub fn named(&self, name: &str, day: Date) -> Vec<UnitId> {
        let there = || self.units.values().filter(|unit| unit.exists(day));
        let bears = |unit: &&Unit| unit.name_on(day) == name || unit.short.iter().any(|short| short == name);
        let found: Vec<UnitId> = there().filter(bears).map(|unit| unit.id).collect();
        if !found.is_empty() {
            return found;
        }
        let behind = |unit: &&Unit| {
            let above = name.strip_suffix(unit.name_on(day)).filter(|above| !above.is_empty());
            above.is_some_and(|above| unit.parent().is_some_and(|unit| self.unit_name(unit) == above))
        };
        there().filter(behind).map(|unit| unit.id).collect()
    }

    /// What an actor may be on a day: the post's unit and roles, if the person holds the post or stands
    /// in for it.
    pub fn hand(&self, person: PersonId, post: PostId, day: Date) -> Option<&Post> {
        let found = self.posts.get(&post).filter(|post| post.held(day))?;
        let stands_in = |d: &Delegation| d.post == post && d.to == person && d.covers(day);
        (found.person == person || self.delegations.iter().any(stands_in)).then_some(found)
    }

    /// Whether an actor is an administrator of a kind on a day, from inside the networks that are set.
    ///
    /// # Errors
    ///
    /// A refusal that names who is.
    pub(crate) fn must_be(&self, actor: &Actor, role: SystemRole, day: Date) -> Result<(), Refusal> {
        must_be(self, actor, role, day)
    }

    /// Whether whoever acts in a post needs a second factor.
    pub fn needs_second_factor(&self, post: PostId) -> bool {
        self.second_factor && self.posts.get(&post).is_some_and(|post| post.system.is_some())
    }

    /// The posts that a person may act in on a day, stand-ins included.
    pub fn posts_of(&self, person: PersonId, day: Date) -> Vec<&Post> {
        self.posts.values().filter(|post| self.hand(person, post.id, day).is_some()).collect()
    }

    /// Those who may act in a role of a unit on a day: holders of posts, then those who stand in.
    pub fn holders(&self, unit: UnitId, role: Role, day: Date) -> Vec<Holder> {
        let wanted = |post: &&Post| post.unit == unit && post.held(day) && post.roles.contains(&role);
        self.hands(self.posts.values().filter(wanted), day)
    }

    /// Those who may act as an administrator on a day.
    pub fn administrators(&self, role: SystemRole, day: Date) -> Vec<Holder> {
        let wanted = |post: &&Post| post.held(day) && post.system == Some(role);
        self.hands(self.posts.values().filter(wanted), day)
    }

    fn hands<'o>(&'o self, posts: impl Iterator<Item = &'o Post>, day: Date) -> Vec<Holder> {
        let mut found = Vec::new();
        for post in posts {
            found.push(Holder { post: post.id, person: post.person, stands_in: false });
            let standing = self.delegations.iter().filter(|d| d.post == post.id && d.covers(day));
            found.extend(standing.map(|d| Holder { post: post.id, person: d.to, stands_in: true }));
        }
        // By post, holders first: who holds a post is told before who stands in for another.
        found.sort_by_key(|holder| (holder.stands_in, holder.post, holder.person));
        found
    }

    /// The leaders in charge of a unit on a day (分管): those whose division of work names it, or
    /// else the nearest unit above it that a division names.
    pub fn leaders(&self, unit: UnitId, day: Date) -> Vec<&Post> {
        for unit in self.line_on(unit, day) {
            let names = |post: &&Post| {
                post.held(day) && self.divisions.get(&post.id).is_some_and(|d| d.units.contains(&unit))
            };
            let found: Vec<&Post> = self.posts.values().filter(names).collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// The units that a post sees with all below them: its own, and those in its charge. A unit
    /// below another of them is left out.
    pub fn scope(&self, post: PostId, day: Date) -> Vec<UnitId> {
        let Some(found) = self.posts.get(&post).filter(|post| post.held(day)) else { return Vec::new() };
        let mut tops = vec![found.unit];
        tops.extend(self.divisions.get(&post).into_iter().flat_map(|division| &division.units));
        tops.sort_unstable();
        tops.dedup();
        let all = tops.clone();
        tops.retain(|unit| !self.line_on(*unit, day)[1..].iter().any(|above| all.contains(above)));
        tops
    }

    /// Whether a unit lies within what a post sees on a day.
    pub fn sees(&self, post: PostId, unit: UnitId, day: Date) -> bool {
        let line = self.line_on(unit, day);
        self.scope(post, day).iter().any(|top| line.contains(top))
    }
}

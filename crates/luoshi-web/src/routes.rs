//! Routes that can be told: a router does not say which paths it has, and whoever checks who may go where
//! must miss none.

use axum::Router;
use axum::routing::MethodRouter;

use crate::state::Web;

/// Routes and where they are.
#[derive(Default)]
pub(crate) struct Routes {
    router: Router<Web>,
    paths: Vec<String>,
}

impl Routes {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Of a router that says itself where its routes are.
    pub(crate) fn of(router: Router<Web>, paths: Vec<String>) -> Self {
        Self { router, paths }
    }

    /// One more.
    pub(crate) fn route(mut self, path: &str, methods: MethodRouter<Web>) -> Self {
        self.paths.push(path.to_owned());
        Self { router: self.router.route(path, methods), paths: self.paths }
    }

    /// Those of both.
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.paths.extend(other.paths);
        Self { router: self.router.merge(other.router), paths: self.paths }
    }

    /// The same with something around them.
    pub(crate) fn around(self, put: impl FnOnce(Router<Web>) -> Router<Web>) -> Self {
        Self { router: put(self.router), paths: self.paths }
    }

    /// The router.
    pub(crate) fn into_router(self) -> Router<Web> {
        self.router
    }

    /// Where they are, in order.
    pub(crate) fn into_paths(self) -> Vec<String> {
        let mut paths = self.paths;
        paths.sort_unstable();
        paths
    }
}

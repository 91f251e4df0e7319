//! What a request ends in when it is not carried out: what happened, what to do, a number to ask by and
//! a way back.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use luoshi_app::AppError;
use luoshi_engine::{Refusal, RefusalKind};

use crate::view::{Frame, way_back};

/// Why a request was not carried out.
#[derive(Debug)]
pub(crate) enum WebError {
    /// Nobody is signed in: where to go afterwards.
    SignIn(String),
    /// The password must be chosen first.
    ChoosePassword,
    /// A second factor must be added first.
    AddFactor,
    /// There is no such page.
    NoPage,
    /// What came in is not what the page sends.
    Malformed(String),
    /// A page of another site sent this.
    Foreign,
    /// More came in than the page takes, in bytes.
    TooLarge(u64),
    /// Others are sending so much that there is no room.
    Full,
    /// Too much was asked for: how many seconds to wait.
    TooMany(u64),
    /// It took too long.
    Late,
    /// Our own code failed. What it said may hold what somebody typed: the log tells its place.
    Panicked,
    /// A use case was not carried out.
    App(AppError),
}

pub(crate) type Result<T> = std::result::Result<T, WebError>;

impl<E: Into<AppError>> From<E> for WebError {
    fn from(error: E) -> Self {
        Self::App(error.into())
    }
}

/// What is said of a failure, left in the response for whoever writes the log.
#[derive(Clone, Debug)]
pub(crate) struct Cause(pub(crate) String);

impl WebError {
    /// The refusal of a use case, where it is one: a form can be shown again with it.
    pub(crate) fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::App(AppError::Refused(refusal)) => Some(refusal),
            _ => None,
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::SignIn(_) | Self::ChoosePassword | Self::AddFactor => StatusCode::SEE_OTHER,
            Self::NoPage => StatusCode::NOT_FOUND,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Foreign => StatusCode::FORBIDDEN,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Full => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Late => StatusCode::SERVICE_UNAVAILABLE,
            Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
            Self::App(AppError::Refused(refusal)) => status_of(refusal.kind),
            Self::App(AppError::Read(_) | AppError::NoPlan(_) | AppError::Attachment(_)) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::App(AppError::Closing) => StatusCode::SERVICE_UNAVAILABLE,
            Self::App(AppError::Store(error)) if error.passes() => StatusCode::SERVICE_UNAVAILABLE,
            Self::App(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Says in the response when to come again, where that is known.
    pub(crate) fn when_again(&self, response: &mut Response) {
        if let Self::TooMany(seconds) = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
        }
    }

    /// What the user is told.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::SignIn(_) => String::from("请先登录"),
            Self::ChoosePassword => String::from("请先设置自己的密码"),
            Self::AddFactor => String::from("管理岗位须先启用动态口令"),
            Self::NoPage => String::from("没有这一页：可能是链接写错了，或者内容已经移走"),
            Self::Malformed(what) => format!("提交的内容不完整：{what}。请返回上一页，刷新后再填一次"),
            Self::Foreign => {
                String::from("这次提交不是从本系统的页面发出的，没有保存。请从工作台进入后再办理")
            }
            Self::TooLarge(most) => format!(
                "提交的内容太大，没有保存：这一页一次最多收{}MB。请压缩文件，或者分几次提交",
                most >> 20
            ),
            Self::Full => String::from("现在同时上传的人太多，没有收下。请过一会儿返回上一页再提交一次"),
            Self::TooMany(seconds) => {
                format!("操作太频繁，请{seconds}秒后再试；已填写的内容没有丢失，返回即可继续")
            }
            Self::Late => {
                String::from("等了很久没有办完，不一定没有保存：请打开有关页面核对，没有保存的再办一次")
            }
            Self::Panicked => {
                String::from("系统自身出错，不一定没有保存：请打开有关页面核对，没有保存的再办一次")
            }
            Self::App(error) => error.to_string(),
        }
    }
}

fn status_of(kind: RefusalKind) -> StatusCode {
    match kind {
        RefusalKind::NotAllowed | RefusalKind::SameHand => StatusCode::FORBIDDEN,
        RefusalKind::NotFound => StatusCode::NOT_FOUND,
        RefusalKind::WrongState | RefusalKind::Stale | RefusalKind::KeyReused => StatusCode::CONFLICT,
        RefusalKind::OutOfTime | RefusalKind::Incomplete => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    heading: &'static str,
    sentence: String,
    back: (&'static str, &'static str),
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        match &self {
            Self::SignIn(to) => return Redirect::to(&format!("/sign-in?to={}", encoded(to))).into_response(),
            Self::ChoosePassword => return Redirect::to("/password").into_response(),
            Self::AddFactor => return Redirect::to("/me").into_response(),
            _ => {}
        }
        let status = self.status();
        let heading = match status {
            StatusCode::NOT_FOUND => "没有找到",
            StatusCode::FORBIDDEN => "不能办理",
            StatusCode::BAD_REQUEST => "内容不完整",
            StatusCode::TOO_MANY_REQUESTS => "请稍候",
            _ if status.is_server_error() => "系统出了问题",
            _ => "没有保存",
        };
        let cause = if status.is_server_error() { Some(chain(&self)) } else { None };
        let page =
            ErrorPage { frame: Frame::bare(heading), heading, sentence: self.sentence(), back: way_back() };
        let mut response = (status, rendered(&page)).into_response();
        if let Some(cause) = cause {
            response.extensions_mut().insert(Cause(cause));
        }
        self.when_again(&mut response);
        response
    }
}

/// The chain of causes, for the log.
pub(crate) fn chain(error: &WebError) -> String {
    let error = match error {
        WebError::App(error) => error,
        WebError::Panicked => return String::from("panicked"),
        _ => return error.sentence(),
    };
    let mut words = error.to_string();
    let mut at: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(cause) = at {
        words += &format!("；{cause}");
        at = cause.source();
    }
    words
}

/// An address as part of another.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out += &format!("%{byte:02X}"),
        }
    }
    out
}

/// A page as HTML.
pub(crate) fn rendered(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        // Only a formatter that fails ends here; there is no page to show it on.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

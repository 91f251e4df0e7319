//! What is told when something is not carried out.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use luoshi_app::AppError;
use luoshi_engine::RefusalKind;
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use crate::error::{Cause, WebError, chain};
use crate::view::REQUEST;

/// Why a request was not carried out (RFC 9457).
#[derive(Serialize, ToSchema)]
pub(crate) struct Problem {
    /// What kind: `not_allowed`, `not_found`, `wrong_state`, `incomplete`, `stale`, …
    #[serde(rename = "type")]
    kind: String,
    /// The status in words.
    title: String,
    /// The status.
    status: u16,
    /// One sentence that says what to do.
    detail: String,
    /// The number of the request, to ask by.
    instance: String,
}

/// A failure told as a problem.
pub(crate) struct Failed(pub(crate) WebError);

pub(crate) type Result<T> = std::result::Result<T, Failed>;

impl<E: Into<WebError>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl Failed {
    /// A failure in the form that whoever asked for an address reads: a problem for a program, a page for a
    /// person.
    pub(crate) fn at(path: &str, error: WebError) -> Response {
        if path.starts_with("/api/") { Self(error).into_response() } else { error.into_response() }
    }
}

/// The answers that any request may get.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "described, never made")]
pub(crate) enum Problems {
    /// 提交的内容不完整或格式不对
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(#[to_schema] Problem),
    /// 没有令牌，或者令牌已失效
    #[response(status = 401, content_type = "application/problem+json")]
    Nobody(#[to_schema] Problem),
    /// 这一岗位或令牌不能办理
    #[response(status = 403, content_type = "application/problem+json")]
    NotAllowed(#[to_schema] Problem),
    /// 没有，或者不能查看
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] Problem),
    /// 状态已变，或者编号已用于另一操作
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(#[to_schema] Problem),
    /// 内容太大
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] Problem),
    /// 内容类型不对
    #[response(status = 415, content_type = "application/problem+json")]
    Unsupported(#[to_schema] Problem),
    /// 缺少内容，或者不合要求
    #[response(status = 422, content_type = "application/problem+json")]
    Incomplete(#[to_schema] Problem),
    /// 请求太多，请按 Retry-After 所说的时间再来
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Problem),
    /// 系统正忙，请稍后用同一编号重试
    #[response(status = 503, content_type = "application/problem+json")]
    Busy(#[to_schema] Problem),
}

impl Problem {
    fn new(kind: &str, status: StatusCode, detail: String) -> Self {
        Self {
            kind: kind.to_owned(),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            detail,
            instance: REQUEST.try_with(Clone::clone).unwrap_or_default(),
        }
    }

    /// What a layer below refused.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let (kind, detail) = match status {
            StatusCode::METHOD_NOT_ALLOWED => ("method_not_allowed", "这一地址不接受这种请求方法"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ("unsupported_type", "内容类型不对，应为 application/json"),
            StatusCode::PAYLOAD_TOO_LARGE => ("too_large", "内容太大，没有保存"),
            StatusCode::NOT_FOUND => ("not_found", "没有这一地址"),
            StatusCode::UNPROCESSABLE_ENTITY => ("incomplete", "内容不合要求，请对照接口说明核对各项"),
            _ => ("malformed", "请求的格式不对，请对照接口说明核对"),
        };
        Self::new(kind, status, detail.to_owned())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let error = self.0;
        let (kind, status) = match &error {
            WebError::SignIn(_) | WebError::ChoosePassword | WebError::AddFactor => {
                ("signed_out", StatusCode::UNAUTHORIZED)
            }
            WebError::App(AppError::Refused(refusal)) => (kind_of(refusal.kind), error.status()),
            WebError::NoPage => ("not_found", error.status()),
            WebError::Malformed(_) => ("malformed", error.status()),
            WebError::Foreign => ("foreign", error.status()),
            WebError::TooLarge(_) => ("too_large", error.status()),
            WebError::Full => ("full", error.status()),
            WebError::TooMany(_) => ("too_many", error.status()),
            WebError::App(_) if error.status().is_client_error() => ("unreadable", error.status()),
            WebError::App(_) | WebError::Late | WebError::Panicked => ("failed", error.status()),
        };
        let mut response = Problem::new(kind, status, error.sentence()).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        error.when_again(&mut response);
        if status.is_server_error() {
            response.extensions_mut().insert(Cause(chain(&error)));
        }
        response
    }
}

fn kind_of(kind: RefusalKind) -> &'static str {
    match kind {
        RefusalKind::NotAllowed => "not_allowed",
        RefusalKind::SameHand => "same_hand",
        RefusalKind::NotFound => "not_found",
        RefusalKind::WrongState => "wrong_state",
        RefusalKind::OutOfTime => "out_of_time",
        RefusalKind::Incomplete => "incomplete",
        RefusalKind::Stale => "stale",
        RefusalKind::KeyReused => "key_reused",
    }
}

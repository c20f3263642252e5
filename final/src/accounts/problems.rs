//! The messages that a form shows beside its fields.

use axum::response::{IntoResponse, Response};

use crate::error::{AppError, Refusal};

/// The reasons why the fields of a form are refused.
#[derive(Default)]
pub struct Problems(pub Vec<Refusal>);

/// Shows the form again with the problems beside its fields. Any error that is not about the input
/// stays an error.
pub fn refuse<P: IntoResponse>(
    error: AppError,
    page: impl FnOnce(Problems) -> Result<P, AppError>,
) -> Result<Response, AppError> {
    match &error {
        AppError::Refused(refusals) => Ok(error.respond_with(page(Problems(refusals.clone()))?)),
        _ => Err(error),
    }
}

impl Problems {
    /// The message to show beside a field. Empty if the field is valid.
    pub fn at(&self, field: &str) -> String {
        let refusal = self.0.iter().find(|refusal| field_of(refusal) == field);
        refusal.map_or_else(String::new, Refusal::to_string)
    }

    /// Whether this field has the first problem.
    pub fn is_first(&self, field: &str) -> bool {
        self.0.first().is_some_and(|first| field_of(first) == field)
    }
}

/// The field that a refusal is about.
fn field_of(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::AboutControl | Refusal::AboutTooLong => "about",
        Refusal::DisplayNameInvisible | Refusal::DisplayNameTooLong => "display-name",
        Refusal::NameEmpty
        | Refusal::NameInvisible
        | Refusal::NameMixed
        | Refusal::NameTaken
        | Refusal::NameTooLong => "name",
        Refusal::PresentPasswordWrong => "present-password",
        Refusal::Upload(_) => "picture",
        Refusal::LogInWrong
        | Refusal::PasswordTooLong
        | Refusal::PasswordTooShort
        | Refusal::TooManyTries(_) => "password",
        // No form of an account causes any other refusal.
        _ => "",
    }
}

//! Says beside each field of a form what is wrong with it.

use axum::response::{IntoResponse, Response};

use crate::error::{AppError, Refusal};

/// What to say beside which field.
#[derive(Default)]
pub struct Problems(pub Vec<Refusal>);

/// Shows the form again with what is wrong beside its fields; any other error
/// stays the page that it is.
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
    /// What to say beside a field; empty when all is well.
    pub fn at(&self, field: &str) -> String {
        let refusal = self.0.iter().find(|refusal| field_of(refusal) == field);
        refusal.map_or_else(String::new, Refusal::to_string)
    }

    /// Whether this field is where to start reading.
    pub fn starts_at(&self, field: &str) -> bool {
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
        // No form of an account leads there.
        _ => "",
    }
}

//! The rate limit of uploads.

use std::{num::NonZeroU32, time::Duration};

use governor::DefaultKeyedRateLimiter;

use crate::{
    error::UploadRefusal,
    ids::UserId,
    limits::{burst, check, limiter},
};

/// Enough for the photos of a whole excursion, dropped onto the page together.
const UPLOADS_PER_PERSON: NonZeroU32 = burst(60);
const REFILL: Duration = Duration::from_secs(5);

/// Limits the uploads of each person.
#[derive(Debug)]
pub struct UploadLimit(DefaultKeyedRateLimiter<UserId>);

impl Default for UploadLimit {
    fn default() -> Self {
        Self(limiter(UPLOADS_PER_PERSON, REFILL))
    }
}

impl UploadLimit {
    /// Counts an upload of a person.
    pub fn check(&self, user: UserId) -> Result<(), UploadRefusal> {
        check(&self.0, &user).map_err(UploadRefusal::TooOften)
    }

    /// Frees the memory of people who are below their limit again.
    pub fn remove_idle(&self) {
        self.0.retain_recent();
    }
}

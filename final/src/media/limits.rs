//! How often one person may upload.

use std::{num::NonZeroU32, time::Duration};

use governor::DefaultKeyedRateLimiter;

use super::refusals::UploadRefusal;
use crate::limits::{at_once, check, limiter};

/// The photos of a whole outing, dropped onto the page together.
const UPLOADS_OF_A_PERSON: NonZeroU32 = at_once(60);
const REFILL: Duration = Duration::from_secs(5);

/// The uploads of each person.
#[derive(Debug)]
pub struct UploadLimit(DefaultKeyedRateLimiter<i64>);

impl Default for UploadLimit {
    fn default() -> Self {
        Self(limiter(UPLOADS_OF_A_PERSON, REFILL))
    }
}

impl UploadLimit {
    /// Counts an upload of a person.
    pub fn check(&self, user_id: i64) -> Result<(), UploadRefusal> {
        check(&self.0, &user_id).map_err(UploadRefusal::TooOften)
    }

    /// Frees the memory of those who have been quiet long enough.
    pub fn forget_quiet(&self) {
        self.0.retain_recent();
    }
}

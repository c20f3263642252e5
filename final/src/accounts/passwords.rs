//! Passwords: their rules, hashing, verification.

use std::{
    num::NonZero,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread::available_parallelism,
};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::{sync::Semaphore, task::spawn_blocking};
use unicode_normalization::UnicodeNormalization;

use crate::error::{AppError, Refusal};

/// The shortest password, in characters.
const MIN_PASSWORD_CHARS: usize = 8;
/// The longest password, in bytes as typed: room for long sentences in any script, and a limit to
/// the work that one log-in can cause.
const MAX_PASSWORD_BYTES: usize = 1_000;

/// A hash that no password has. Checking a password against it takes as long as against any other.
const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlzIQ\
                          $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password in normalisation form NFKC: keyboards can encode the same letter in different ways,
/// and the password must work with each of them. It has no `Debug`, so that it cannot be logged.
pub struct Password(String);

impl Password {
    /// Reads a new password. Refuses one that is too short or too long.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let password = Self::read(typed).ok_or(Refusal::PasswordTooLong)?;
        match password.0.chars().count() {
            0..MIN_PASSWORD_CHARS => Err(Refusal::PasswordTooShort),
            _ => Ok(password),
        }
    }

    /// Reads a password to check. None if it is too long to be anyone's.
    pub fn read(typed: &str) -> Option<Self> {
        let fits = typed.len() <= MAX_PASSWORD_BYTES;
        fits.then(|| Self(typed.nfkc().collect()))
    }
}

/// Hashes and verifies passwords, at most one per processor at a time: each takes 19 MiB of memory
/// and about 30 ms of processor time.
#[derive(Debug, Clone)]
pub struct Passwords {
    slots: Arc<Semaphore>,
    done: Arc<AtomicU64>,
}

impl Default for Passwords {
    fn default() -> Self {
        let processors = available_parallelism().map_or(1, NonZero::get);
        Self {
            slots: Arc::new(Semaphore::new(processors)),
            done: Arc::default(),
        }
    }
}

impl Passwords {
    /// Hashes a password with Argon2id and a new salt.
    pub async fn hash(&self, password: Password) -> Result<String, AppError> {
        let hash = move || Argon2::default().hash_password(password.0.as_bytes());
        Ok(self.run(hash).await??.to_string())
    }

    /// Whether a password has this hash. Without a hash it returns false, after the same work.
    pub async fn verify(&self, password: Password, hash: Option<String>) -> Result<bool, AppError> {
        let check = move || {
            let hash = PasswordHash::new(hash.as_deref().unwrap_or(DUMMY_HASH))
                .map_err(argon2::password_hash::Error::from)?;
            let checked = Argon2::default().verify_password(password.0.as_bytes(), &hash);
            Ok::<_, AppError>(checked.is_ok())
        };
        self.run(check).await?
    }

    /// How many hashes were computed since the program started.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        // The semaphore is never closed. The permit moves into the thread: when a browser
        // disconnects, its request ends, but the thread still uses the processor.
        let permit = self.slots.clone().acquire_owned().await.ok();
        let done = spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        let done = done.await?;
        self.done.fetch_add(1, Ordering::Relaxed);
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dummy_takes_the_same_work_as_a_real_hash() {
        let real = Argon2::default().hash_password(b"a long password").unwrap();
        let dummy = PasswordHash::new(DUMMY_HASH).unwrap();
        assert_eq!(dummy.algorithm, real.algorithm);
        assert_eq!(dummy.version, real.version);
        assert_eq!(dummy.params, real.params);
        assert_eq!(
            dummy.hash.unwrap().as_bytes().len(),
            real.hash.unwrap().as_bytes().len()
        );
    }

    #[test]
    fn eight_characters_of_any_script_are_enough() {
        assert!(Password::parse("пароль密码").is_ok());
        assert_eq!(
            Password::parse("7 chars").err(),
            Some(Refusal::PasswordTooShort)
        );
        assert!(Password::parse(&"x".repeat(1_000)).is_ok());
        assert_eq!(
            Password::parse(&"x".repeat(1_001)).err(),
            Some(Refusal::PasswordTooLong)
        );
    }

    #[tokio::test]
    async fn a_letter_typed_in_two_ways_is_the_same_letter() {
        let passwords = Passwords::default();
        let typed_here = Password::parse("caf\u{e9} au lait").unwrap();
        let typed_there = Password::parse("cafe\u{301} au lait").unwrap();
        let hash = passwords.hash(typed_here).await.unwrap();
        assert!(passwords.verify(typed_there, Some(hash)).await.unwrap());
    }
}

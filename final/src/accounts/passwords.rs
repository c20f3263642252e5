//! Passwords: what one may be, how it is hashed and checked.

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
pub const MIN_PASSWORD_CHARS: usize = 8;
/// The longest password, in bytes as typed: room for long sentences in any
/// script, and a bound on the work that one log-in can ask for.
pub const MAX_PASSWORD_BYTES: usize = 1_000;

/// No password has this hash; checking against it takes as long as against any.
const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlzIQ\
                          $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password as it is hashed: in normalisation form NFKC, because keyboards
/// differ in how they write the same letter, and it must open the account from
/// each of them. It cannot be printed.
pub struct Password(String);

impl Password {
    /// Reads a new password; refuses what is too short or too long.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let password = Self::read(typed).ok_or(Refusal::PasswordTooLong)?;
        match password.0.chars().count() {
            0..MIN_PASSWORD_CHARS => Err(Refusal::PasswordTooShort),
            _ => Ok(password),
        }
    }

    /// Reads a password that is going to be checked; none is longer than the bound.
    pub fn read(typed: &str) -> Option<Self> {
        let fits = typed.len() <= MAX_PASSWORD_BYTES;
        fits.then(|| Self(typed.nfkc().collect()))
    }
}

/// Hashes and checks passwords, no more at once than there are processors: each
/// takes 19 MiB of memory and about 30 ms of a processor.
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

    /// Whether a password has this hash. Without a hash the answer is no, after
    /// as much work as with one.
    pub async fn verify(&self, password: Password, hash: Option<String>) -> Result<bool, AppError> {
        let check = move || {
            let hash = PasswordHash::new(hash.as_deref().unwrap_or(DUMMY_HASH))
                .map_err(argon2::password_hash::Error::from)?;
            let checked = Argon2::default().verify_password(password.0.as_bytes(), &hash);
            Ok::<_, AppError>(checked.is_ok())
        };
        self.run(check).await?
    }

    /// How many hashes were computed since the start.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        // The semaphore is never closed. The permit moves into the thread: a
        // browser that hangs up frees its request, but not the processor.
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
    fn the_dummy_asks_for_the_same_work_as_a_real_hash() {
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

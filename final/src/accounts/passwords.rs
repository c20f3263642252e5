//! Passwords: their rules, hashing, verification.

use std::{
    num::NonZero,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::available_parallelism,
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        Error,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};
use tokio::{sync::Semaphore, task::spawn_blocking};
use unicode_normalization::UnicodeNormalization;
use utoipa::openapi::{KnownFormat, SchemaFormat};

use crate::{
    error::{AppError, Refusal},
    schema::{describe, text},
};

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

// As the limit counts bytes, a text with fewer characters may be too long, too.
describe!(
    Password = text(MIN_PASSWORD_CHARS..=MAX_PASSWORD_BYTES)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
        .examples(["correct horse"])
);

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

/// How many passwords are hashed at the same time at most: each takes 19 MiB of memory.
const MAX_SLOTS: usize = 4;

/// Hashes and verifies passwords, at most one per processor at a time: each takes 19 MiB of memory
/// and about 30 ms of processor time.
#[derive(Debug, Clone)]
pub struct Passwords {
    slots: Arc<Semaphore>,
    memory: Memory,
    done: Arc<AtomicU64>,
}

/// The memory of the slots. It is used again and not freed: blocks of this size that come and go
/// on several threads fragment the heap, which then grows for good.
type Memory = Arc<Mutex<Vec<Vec<Block>>>>;

impl Default for Passwords {
    fn default() -> Self {
        let processors = available_parallelism().map_or(1, NonZero::get);
        Self {
            slots: Arc::new(Semaphore::new(processors.min(MAX_SLOTS))),
            memory: Arc::default(),
            done: Arc::default(),
        }
    }
}

impl Passwords {
    /// Hashes a password with Argon2id and a new salt.
    pub async fn hash(&self, password: Password) -> Result<String, AppError> {
        let hash = move |memory: &mut _| hash(&password, memory);
        Ok(self.run(hash).await??.to_string())
    }

    /// Whether a password has this hash. Without a hash it returns false, after the same work.
    pub async fn verify(&self, password: Password, hash: Option<String>) -> Result<bool, AppError> {
        let check = move |memory: &mut _| {
            let hash = hash.as_deref().unwrap_or(DUMMY_HASH);
            has_hash(
                &password,
                &PasswordHash::new(hash).map_err(Error::from)?,
                memory,
            )
        };
        Ok(self.run(check).await??)
    }

    /// How many hashes were computed since the program started.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vec<Block>) -> T + Send + 'static,
    ) -> Result<T, AppError> {
        // The semaphore is never closed. The permit moves into the thread: when a browser
        // disconnects, its request ends, but the thread still uses the processor.
        let permit = self.slots.clone().acquire_owned().await.ok();
        let pool = self.memory.clone();
        let done = spawn_blocking(move || {
            let _permit = permit;
            let free = || pool.lock().unwrap_or_else(PoisonError::into_inner);
            let mut memory = free().pop().unwrap_or_default();
            let done = work(&mut memory);
            free().push(memory);
            done
        });
        let done = done.await?;
        self.done.fetch_add(1, Ordering::Relaxed);
        Ok(done)
    }
}

fn hash(password: &Password, memory: &mut Vec<Block>) -> Result<PasswordHash, Error> {
    let (argon2, salt) = (Argon2::default(), Salt::generate());
    let output = compute(&argon2, password, &salt, Params::DEFAULT_OUTPUT_LEN, memory)?;
    Ok(PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: ParamsString::try_from(argon2.params())?,
        salt: Some(salt),
        hash: Some(output),
    })
}

/// The comparison takes the same time for all hashes: that is part of [`Output`].
fn has_hash(
    password: &Password,
    hash: &PasswordHash,
    memory: &mut Vec<Block>,
) -> Result<bool, Error> {
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
        return Ok(false);
    };
    let algorithm = Algorithm::try_from(hash.algorithm.as_str())?;
    let version = hash.version.map(Version::try_from).transpose()?;
    let argon2 = Argon2::new(
        algorithm,
        version.unwrap_or_default(),
        Params::try_from(hash)?,
    );
    let found = compute(&argon2, password, salt, expected.as_bytes().len(), memory)?;
    Ok(found == *expected)
}

fn compute(
    argon2: &Argon2,
    password: &Password,
    salt: &[u8],
    length: usize,
    memory: &mut Vec<Block>,
) -> Result<Output, Error> {
    memory.resize(argon2.params().block_count(), Block::default());
    let mut output = [0; Output::MAX_LENGTH];
    let output = output.get_mut(..length).ok_or(Error::OutputSize)?;
    argon2.hash_password_into_with_memory(password.0.as_bytes(), salt, output, memory)?;
    Ok(Output::new(output)?)
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher, PasswordVerifier};

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

    #[tokio::test]
    async fn hashes_are_those_of_the_library() {
        let typed = || Password::parse("a long password").unwrap();
        let passwords = Passwords::default();
        let ours = passwords.hash(typed()).await.unwrap();
        let ours = PasswordHash::new(&ours).unwrap();
        let theirs = Argon2::default().hash_password(b"a long password").unwrap();
        assert_eq!(ours.params, theirs.params);
        let checked = Argon2::default().verify_password(b"a long password", &ours);
        assert!(checked.is_ok());
        for (typed, is_right) in [
            (typed(), true),
            (Password::parse("wrong one").unwrap(), false),
        ] {
            let hash = Some(theirs.to_string());
            assert_eq!(passwords.verify(typed, hash).await.unwrap(), is_right);
        }
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

//! The object store: a folder, or a bucket.

use std::{ops::Range, path::Path, sync::Arc};

use object_store::{
    Error, GetOptions, GetResult, ObjectStore, ObjectStoreExt, PutPayload, buffered::BufWriter,
    local::LocalFileSystem, memory::InMemory, path::Path as ObjectPath,
};
use tokio::{fs::File, io::AsyncWriteExt};
use url::Url;

use crate::{
    config::Config,
    storage::{StorageError, make_private_folder},
};

/// The size of the parts in which a large file is stored: the minimum of S3.
const PART_BYTES: usize = 5 * 1024 * 1024;

/// The object that is written and deleted when the store is opened.
const WRITE_TEST: &str = "write-test";

/// The bytes of all files. The bytes under a name never change.
#[derive(Debug, Clone)]
pub struct Objects(Arc<dyn ObjectStore>);

impl Objects {
    /// Opens the store that the configuration names, and tests that it can write. So the program
    /// does not start with a wrong name or a missing permission.
    pub async fn open(config: &Config) -> Result<Self, StorageError> {
        let store = match &config.files_url {
            None => local(&config.data.join("files"))?,
            Some(url) => by_url(url)?,
        };
        let objects = Self(store);
        objects.put(WRITE_TEST, Vec::new()).await?;
        objects.delete(WRITE_TEST).await?;
        Ok(objects)
    }

    /// Stores bytes from memory.
    pub async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), Error> {
        let stored = self.0.put(&path(name), PutPayload::from(bytes)).await;
        stored.map(|_| ())
    }

    /// Stores a file in parts.
    pub async fn put_file(&self, name: &str, file: &mut File) -> std::io::Result<()> {
        let store = self.0.clone();
        let mut writer = BufWriter::with_capacity(store, path(name), PART_BYTES);
        match tokio::io::copy(file, &mut writer).await {
            Ok(_) => writer.shutdown().await,
            Err(error) => {
                writer.abort().await?;
                Err(error)
            }
        }
    }

    /// The bytes of an object, or a range of them.
    pub async fn get(&self, name: &str, range: Option<Range<u64>>) -> Result<GetResult, Error> {
        let options = GetOptions::new().with_range(range);
        self.0.get_opts(&path(name), options).await
    }

    /// Deletes an object, if it exists.
    pub async fn delete(&self, name: &str) -> Result<(), Error> {
        match self.0.delete(&path(name)).await {
            Err(Error::NotFound { .. }) => Ok(()),
            deleted => deleted,
        }
    }
}

fn path(name: &str) -> ObjectPath {
    ObjectPath::from(name)
}

fn local(folder: &Path) -> Result<Arc<dyn ObjectStore>, StorageError> {
    make_private_folder(folder)?;
    // A file that was acknowledged must survive a power cut.
    let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
    Ok(Arc::new(store))
}

fn by_url(url: &Url) -> Result<Arc<dyn ObjectStore>, StorageError> {
    match (url.scheme(), url.to_file_path()) {
        ("file", Ok(folder)) => local(&folder),
        ("memory", _) => Ok(Arc::new(InMemory::new())),
        _ => Ok(remote(url)?),
    }
}

/// S3, or another store with the same protocol. Keys, region and endpoint come from the usual
/// variables, such as `AWS_ACCESS_KEY_ID`.
#[cfg(feature = "s3")]
fn remote(url: &Url) -> Result<Arc<dyn ObjectStore>, Error> {
    use object_store::{RetryConfig, aws::AmazonS3Builder, prefix::PrefixStore};

    crate::web::tls::choose_cryptography();
    // A person is waiting for the response.
    let retry = RetryConfig {
        retry_timeout: std::time::Duration::from_secs(10),
        ..RetryConfig::default()
    };
    let builder = AmazonS3Builder::from_env().with_url(url.as_str());
    let store = builder.with_retry(retry).build()?;
    let prefix = ObjectPath::from_url_path(url.path())?;
    Ok(Arc::new(PrefixStore::new(store, prefix)))
}

#[cfg(not(feature = "s3"))]
fn remote(url: &Url) -> Result<Arc<dyn ObjectStore>, Error> {
    let source = format!("{}:// is not supported", url.scheme()).into();
    let store = "files";
    Err(Error::Generic { store, source })
}

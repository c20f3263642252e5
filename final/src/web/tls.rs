//! The cryptography of requests that the program sends.

/// Chooses the cryptography for TLS: the same as for PostgreSQL, so that there is only one to build
/// and to update.
pub(crate) fn choose_cryptography() {
    // This fails if the choice was made before.
    drop(rustls::crypto::ring::default_provider().install_default());
}

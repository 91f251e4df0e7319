//! TLS without anything else in front: handshakes beside each other, with a certificate that was given or
//! with one of an authority of the office's own.

mod own;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::ResolvesServerCert;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

pub use own::Authority;

/// How long a handshake may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many handshakes go on at a time: more wait at the door.
const HANDSHAKES: usize = 256;

/// Why there is no TLS.
#[derive(Debug)]
pub enum TlsError {
    /// A file cannot be read or written.
    File(PathBuf, std::io::Error),
    /// A file holds no certificate or key in PEM.
    Pem(PathBuf),
    /// Certificate and key do not belong together, or are of a kind that is not known.
    Pair(rustls::Error),
    /// No certificate can be made.
    Make(rcgen::Error),
}

impl std::fmt::Display for TlsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path, _) => write!(f, "证书文件“{}”读写不了", path.display()),
            Self::Pem(path) => write!(f, "“{}”里没有PEM格式的证书或私钥", path.display()),
            Self::Pair(_) => write!(f, "证书和私钥不配套，或者不是可用的种类"),
            Self::Make(_) => write!(f, "生成不了证书"),
        }
    }
}

impl std::error::Error for TlsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File(_, error) => Some(error),
            Self::Pem(_) => None,
            Self::Pair(error) => Some(error),
            Self::Make(error) => Some(error),
        }
    }
}

/// What connections are made safe with.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ServerConfig>,
    authority: Option<Arc<Authority>>,
}

impl Tls {
    /// With a certificate (its chain behind it) and a key in PEM.
    ///
    /// # Errors
    ///
    /// The files cannot be read or do not belong together.
    pub fn given(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let pem = |path: &Path, error| match error {
            rustls::pki_types::pem::Error::Io(error) => TlsError::File(path.to_owned(), error),
            _ => TlsError::Pem(path.to_owned()),
        };
        let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect);
        let chain: Vec<CertificateDer<'static>> = chain.map_err(|error| pem(certificate, error))?;
        if chain.is_empty() {
            return Err(TlsError::Pem(certificate.to_owned()));
        }
        let key = PrivateKeyDer::from_pem_file(key).map_err(|error| pem(key, error))?;
        let config = builder()?.with_single_cert(chain, key).map_err(TlsError::Pair)?;
        Ok(Self { config: Arc::new(config), authority: None })
    }

    /// With certificates of the office's own authority.
    ///
    /// # Errors
    ///
    /// The provider of cryptography is not what this program was made for.
    pub fn own(authority: Arc<Authority>) -> Result<Self, TlsError> {
        let resolver: Arc<dyn ResolvesServerCert> = Arc::<Authority>::clone(&authority);
        let config = builder()?.with_cert_resolver(resolver);
        Ok(Self { config: Arc::new(config), authority: Some(authority) })
    }

    /// The office's own authority, where it is one.
    pub fn authority(&self) -> Option<&Arc<Authority>> {
        self.authority.as_ref()
    }
}

fn builder() -> Result<rustls::ConfigBuilder<ServerConfig, rustls::server::WantsServerCert>, TlsError> {
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(TlsError::Pair)?;
    Ok(builder.with_no_client_auth())
}

/// A listener whose connections have shaken hands: a slow one keeps nobody waiting.
pub(crate) struct TlsListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
    door: JoinHandle<()>,
}

impl TlsListener {
    /// Around a listener.
    pub(crate) fn new(listener: TcpListener, tls: &Tls) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let (send, ready) = mpsc::channel(HANDSHAKES);
        let acceptor = TlsAcceptor::from(Arc::clone(&tls.config));
        Ok(Self { ready, address, door: tokio::spawn(door(listener, acceptor, send)) })
    }
}

async fn door(
    mut listener: TcpListener,
    acceptor: TlsAcceptor,
    ready: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    let places = Arc::new(Semaphore::new(HANDSHAKES));
    loop {
        let (stream, peer) = Listener::accept(&mut listener).await;
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let (acceptor, ready) = (acceptor.clone(), ready.clone());
        tokio::spawn(async move {
            // Who fails to shake hands goes away: there is nobody to tell.
            if let Ok(Ok(stream)) = tokio::time::timeout(PATIENCE, acceptor.accept(stream)).await {
                let _ = ready.send((stream, peer)).await;
            }
            drop(place);
        });
    }
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.door.abort();
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(ready) => ready,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        Ok(self.address)
    }
}

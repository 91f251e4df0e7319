//! An authority of the office's own. Its key lies in the office's folder, readable by its owner alone; the
//! server's certificates are made anew at every start and before they end, and are kept nowhere.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::ToSpan;
use jiff::civil::Date;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose,
};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sha2::{Digest, Sha256};

use super::TlsError;

/// How long the authority lasts: people trust it once.
const YEARS: i32 = 10;

/// How long a certificate of the server lasts: telephones take no longer ones.
const DAYS: i32 = 397;

/// So many days before something ends it is made anew.
const SPARE: i32 = 60;

/// The authority, and the certificate that it made last.
pub struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
    names: Vec<String>,
    served: RwLock<(Arc<CertifiedKey>, Date)>,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").field("names", &self.names).finish_non_exhaustive()
    }
}

impl Authority {
    /// The authority of a folder, made there where there is none yet or it ends soon; `names` are the
    /// addresses and names by which this machine is reached.
    ///
    /// # Errors
    ///
    /// The folder cannot be written, or what lies there is no certificate or key.
    pub fn open(folder: &Path, names: Vec<String>, today: Date) -> Result<Self, TlsError> {
        let (pem, key) = (folder.join("ca.pem"), folder.join("ca.key"));
        let kept = kept(&pem, &key, today)?;
        let (certificate, issuer) = match kept {
            Some(kept) => kept,
            None => make(folder, today)?,
        };
        let served = RwLock::new(leaf(&issuer, &certificate, &names, today)?);
        Ok(Self { certificate, issuer, names, served })
    }

    /// The file that people trust, in DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The names by which this machine is reached.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What people compare before they trust it: SHA-256 in groups of four.
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(&self.certificate);
        let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.chunks(2).map(<[String]>::concat).collect::<Vec<_>>().join(" ")
    }

    /// Makes the server's certificate anew where it ends soon.
    ///
    /// # Errors
    ///
    /// None can be made; the old one is served on.
    pub fn renew(&self, today: Date) -> Result<(), TlsError> {
        let ends = self.served.read().unwrap_or_else(PoisonError::into_inner).1;
        if today < earlier(ends, SPARE) {
            return Ok(());
        }
        let fresh = leaf(&self.issuer, &self.certificate, &self.names, today)?;
        *self.served.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// The last day of the certificate that is served.
    pub fn served_until(&self) -> Date {
        self.served.read().unwrap_or_else(PoisonError::into_inner).1
    }
}

impl ResolvesServerCert for Authority {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.served.read().unwrap_or_else(PoisonError::into_inner).0))
    }
}

type Pair = (CertificateDer<'static>, Issuer<'static, KeyPair>);

/// What lies in the folder; none where nothing does or it ends soon.
fn kept(pem: &Path, key: &Path, today: Date) -> Result<Option<Pair>, TlsError> {
    if !pem.exists() || !key.exists() {
        return Ok(None);
    }
    let read =
        |path: &Path| std::fs::read_to_string(path).map_err(|error| TlsError::File(path.to_owned(), error));
    let text = read(pem)?;
    // The first line says from when it is: `# 2026-11-24`.
    let from = text.lines().next().and_then(|line| line.strip_prefix("# ")?.trim().parse::<Date>().ok());
    let from = from.ok_or_else(|| TlsError::Pem(pem.to_owned()))?;
    let params = authority_params(from);
    if today >= earlier(later(from, 0, YEARS), SPARE) {
        return Ok(None);
    }
    let certificate =
        CertificateDer::from_pem_slice(text.as_bytes()).map_err(|_| TlsError::Pem(pem.to_owned()))?;
    let pair = KeyPair::from_pem(&read(key)?).map_err(|_| TlsError::Pem(key.to_owned()))?;
    Ok(Some((certificate, Issuer::new(params, pair))))
}

/// Makes the authority and keeps it.
fn make(folder: &Path, today: Date) -> Result<Pair, TlsError> {
    let file = |path: &Path| {
        let path = path.to_owned();
        move |error| TlsError::File(path, error)
    };
    std::fs::create_dir_all(folder).map_err(file(folder))?;
    let pair = KeyPair::generate().map_err(TlsError::Make)?;
    let params = authority_params(today);
    let certificate = params.self_signed(&pair).map_err(TlsError::Make)?;
    let (key, pem) = (folder.join("ca.key"), folder.join("ca.pem"));
    write_private(&key, &pair.serialize_pem()).map_err(file(&key))?;
    std::fs::write(&pem, format!("# {today}\n{}", certificate.pem())).map_err(file(&pem))?;
    Ok((certificate.der().clone(), Issuer::new(params, pair)))
}

/// Writes a file that its owner alone can read, from its first byte on.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    if path.exists() {
        std::fs::remove_file(path)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

/// The same for the same day, so that certificates can be made under what was made then.
fn authority_params(from: Date) -> CertificateParams {
    let mut params = CertificateParams::default();
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, format!("Luoshi CA {from}"));
    name.push(DnType::OrganizationName, "Luoshi");
    params.distinguished_name = name;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    lasts(&mut params, earlier(from, 1), later(from, 0, YEARS));
    params
}

/// A certificate of the server with a key of its own, and its last day.
fn leaf(
    issuer: &Issuer<'static, KeyPair>,
    authority: &CertificateDer<'static>,
    names: &[String],
    today: Date,
) -> Result<(Arc<CertifiedKey>, Date), TlsError> {
    let mut params = CertificateParams::new(names.to_vec()).map_err(TlsError::Make)?;
    let ends = later(today, DAYS, 0);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Luoshi");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = true;
    lasts(&mut params, earlier(today, 1), ends);
    let pair = KeyPair::generate().map_err(TlsError::Make)?;
    let made = params.signed_by(&pair, issuer).map_err(TlsError::Make)?;
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(pair.serialize_der()));
    let chain = vec![made.der().clone(), authority.clone()];
    let certified = CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(TlsError::Pair)?;
    Ok((Arc::new(certified), ends))
}

fn earlier(date: Date, days: i32) -> Date {
    date.saturating_sub(days.days())
}

fn later(date: Date, days: i32, years: i32) -> Date {
    date.saturating_add(years.years().days(days))
}

/// Sets the first and the last day of a certificate.
fn lasts(params: &mut CertificateParams, from: Date, to: Date) {
    let day = |date: Date| {
        rcgen::date_time_ymd(i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    (params.not_before, params.not_after) = (day(from), day(to));
}

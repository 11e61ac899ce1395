//! The passphrase, and the file that says how a key comes out of it.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sarai_core::random::Random;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::keys::Keys;
use super::{PLAIN_DATABASE, SEALED, Seal, SealError, beginning, file_of};
use crate::care::{backup, files, journal};

const FORMAT: u64 = 1;

/// What RFC 9106 recommends where memory is scarce.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;

/// More than anybody sets: a changed file must not take all the memory there is.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
const PASSES_MAX: u32 = 64;
const LANES_MAX: u32 = 64;

/// Bytes of the file that are read.
const FILE_BYTES_MAX: u64 = 4096;

/// Says that the key is the right one.
const CHECK: &[u8] = b"this memory opens";

/// What the person keeps in mind, or in a file. Overwritten when dropped.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// `None` for a blank one.
    pub fn new(text: Zeroizing<String>) -> Option<Passphrase> {
        (!text.trim().is_empty()).then_some(Passphrase(text))
    }
}

/// What `memory.key` says. None of it is secret.
#[derive(Serialize, Deserialize)]
struct Recipe {
    seal: u64,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
    check: String,
}

impl Seal {
    /// Returns whether the memory in `database` was encrypted before, and its passphrase is chosen.
    pub fn is_chosen(database: &Path) -> Result<bool, SealError> {
        let path = file_of(database);
        path.try_exists().map_err(|source| SealError::Disk { path, source })
    }

    /// Returns the keys of the memory in `database`. On the first time the passphrase is the one
    /// that counts from then on. Nothing is changed when it is wrong, or when there is a memory
    /// that nobody encrypted.
    pub fn open(
        database: &Path,
        passphrase: &Passphrase,
        random: &Arc<dyn Random>,
    ) -> Result<Seal, SealError> {
        refuse_plain(database)?;
        let path = file_of(database);
        let failed = |source| SealError::Disk { path: path.clone(), source };
        let written = beginning(&path, FILE_BYTES_MAX).map_err(failed)?;
        let keys = if Seal::is_chosen(database)? {
            let unreadable = || SealError::Unreadable { path: path.clone() };
            let recipe: Recipe = serde_json::from_slice(&written).map_err(|_| unreadable())?;
            let keys = recipe.keys(passphrase, random).ok_or_else(unreadable)?;
            let check = STANDARD.decode(&recipe.check).map_err(|_| unreadable())?;
            if keys.decrypt("check", &check).as_deref() != Some(CHECK) {
                return Err(SealError::WrongPassphrase { path: database.to_owned() });
            }
            keys
        } else {
            let unreadable = || SealError::Unreadable { path: path.clone() };
            let mut recipe = Recipe {
                seal: FORMAT,
                memory_kib: MEMORY_KIB,
                passes: PASSES,
                lanes: LANES,
                salt: STANDARD.encode(random.bits().to_le_bytes()),
                check: String::new(),
            };
            let keys = recipe.keys(passphrase, random).ok_or_else(unreadable)?;
            recipe.check = STANDARD.encode(keys.encrypt("check", CHECK).map_err(failed)?);
            write(&path, &recipe).map_err(failed)?;
            keys
        };
        Ok(Seal { keys: Some(Arc::new(keys)) })
    }
}

impl Recipe {
    /// `None` when it is none that this program wrote.
    fn keys(&self, passphrase: &Passphrase, random: &Arc<dyn Random>) -> Option<Keys> {
        let Recipe { seal, memory_kib, passes, lanes, .. } = *self;
        let within = memory_kib <= MEMORY_KIB_MAX && passes <= PASSES_MAX && lanes <= LANES_MAX;
        if seal != FORMAT || !within {
            return None;
        }
        let salt = STANDARD.decode(&self.salt).ok()?;
        let mut master = Zeroizing::new([0; 32]);
        let params = Params::new(memory_kib, passes, lanes, Some(master.len())).ok()?;
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.0.as_bytes(), &salt, master.as_mut_slice())
            .ok()?;
        Keys::derive(&master, Arc::clone(random))
    }
}

/// Refuses what is there already and was not encrypted, or whose `memory.key` is gone.
fn refuse_plain(database: &Path) -> Result<(), SealError> {
    let failed = |source| SealError::Disk { path: database.to_owned(), source };
    let chosen = Seal::is_chosen(database)?;
    let mut copies = backup::all(database).map_err(failed)?;
    copies.push(database.to_owned());
    for copy in copies {
        let found = beginning(&copy, 16).map_err(failed)?;
        if found == PLAIN_DATABASE {
            return Err(SealError::NotSealed { path: copy });
        }
        if !found.is_empty() && !chosen {
            return Err(SealError::KeyGone { path: copy });
        }
    }
    let lines = journal::path_of(database);
    match beginning(&lines, 1).map_err(failed)?.as_slice() {
        [SEALED] if !chosen => Err(SealError::KeyGone { path: lines }),
        [b'{'] => Err(SealError::NotSealed { path: lines }),
        _ => Ok(()),
    }
}

fn write(path: &Path, recipe: &Recipe) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        files::create_folder(folder)?;
    }
    let new = files::beside(path, "new");
    let mut file = files::create(&new)?;
    serde_json::to_writer(&mut file, recipe)?;
    file.write_all(b"\n")?;
    files::replace(&new, path)
}

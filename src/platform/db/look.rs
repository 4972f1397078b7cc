//! Looking at a database without touching it: nothing is made, nothing is brought up to date.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use super::Db;
use super::open::{ACQUIRE_TIMEOUT, DatabaseSettings, Kind, MIGRATIONS, OpenError, is_in_memory};

/// What a start would find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No file yet: the first start makes it.
    Absent,
    /// So many changes of the tables wait for the next start.
    Behind(usize),
    Current,
}

#[derive(Debug, thiserror::Error)]
pub enum LookError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("the folder {0} is not there")]
    NoFolder(PathBuf),
    #[error("it did not answer in time")]
    Silent,
    #[error("change {0} of its tables failed half-way: look into the database, or go back to a backup")]
    Broken(i64),
    #[error("change {0} of its tables is unknown here: a newer version made it")]
    Newer(i64),
    #[error("change {0} of its tables was another one when it was made")]
    Different(i64),
}

impl From<sqlx::Error> for LookError {
    fn from(error: sqlx::Error) -> Self {
        Self::Open(error.into())
    }
}

/// A migration that was run: version, checksum, whether it came to its end.
type Applied = (i64, Vec<u8>, bool);

const APPLIED: &str = "select version, checksum, success from _sqlx_migrations order by version";

impl Db {
    /// What [`Db::open`] would find and do.
    pub async fn look(settings: &DatabaseSettings) -> Result<Standing, LookError> {
        let looking = async {
            match settings.kind()? {
                Kind::Sqlite => look_at_sqlite(settings.url.reveal()).await,
                Kind::Postgres => look_at_postgres(settings.url.reveal()).await,
            }
        };
        tokio::time::timeout(ACQUIRE_TIMEOUT, looking).await.unwrap_or(Err(LookError::Silent))
    }
}

async fn look_at_sqlite(url: &str) -> Result<Standing, LookError> {
    let options = SqliteConnectOptions::from_str(url)?;
    if is_in_memory(url) {
        return Ok(Standing::Absent);
    }
    let file = options.get_filename().to_owned();
    if !file.exists() {
        let folder = file.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        return if folder.is_dir() { Ok(Standing::Absent) } else { Err(LookError::NoFolder(folder.to_owned())) };
    }
    // A file that nobody has open is read as if it could not change: else even a reader would lay files beside it.
    let mut log = file.into_os_string();
    log.push("-wal");
    let in_use = Path::new(&log).exists();
    let mut connection = options.create_if_missing(false).read_only(true).immutable(!in_use).connect().await?;
    let tables = "select count(*) from sqlite_master where name = '_sqlx_migrations'";
    let has_history: i64 = sqlx::query_scalar(tables).fetch_one(&mut connection).await?;
    let applied: Vec<Applied> =
        if has_history == 0 { Vec::new() } else { sqlx::query_as(APPLIED).fetch_all(&mut connection).await? };
    connection.close().await?;
    standing(&applied)
}

async fn look_at_postgres(url: &str) -> Result<Standing, LookError> {
    let mut connection = PgConnectOptions::from_str(url)?.connect().await?;
    let tables = "select count(*) from pg_class where oid = to_regclass('_sqlx_migrations')";
    let has_history: i64 = sqlx::query_scalar(tables).fetch_one(&mut connection).await?;
    let applied: Vec<Applied> =
        if has_history == 0 { Vec::new() } else { sqlx::query_as(APPLIED).fetch_all(&mut connection).await? };
    connection.close().await?;
    standing(&applied)
}

/// Refuses what a start would refuse.
fn standing(applied: &[Applied]) -> Result<Standing, LookError> {
    for (version, checksum, ended) in applied {
        let known = MIGRATIONS.iter().find(|migration| migration.version == *version);
        match known {
            _ if !ended => return Err(LookError::Broken(*version)),
            None => return Err(LookError::Newer(*version)),
            Some(known) if known.checksum.as_ref() != checksum.as_slice() => {
                return Err(LookError::Different(*version));
            }
            Some(_) => {}
        }
    }
    match MIGRATIONS.iter().count() - applied.len() {
        0 => Ok(Standing::Current),
        behind => Ok(Standing::Behind(behind)),
    }
}

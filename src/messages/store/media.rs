//! Files that apps handed in, in pieces. A file counts as there once it is finished.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::messages::media::Media;
use crate::on;
use crate::platform::Timestamp;
use crate::platform::db::Tx;

/// A small file takes up this much, too: its row, and its place in the indexes.
const BYTES_LEAST: i64 = 4096;

#[derive(sqlx::FromRow)]
struct MediaRow {
    id: String,
    mime_type: String,
    name: Option<String>,
    bytes: i64,
    created_at: Timestamp,
}

impl From<MediaRow> for Media {
    fn from(row: MediaRow) -> Self {
        let MediaRow { id, mime_type, name, bytes, created_at } = row;
        Self { id, mime_type, name, bytes, created_at }
    }
}

/// A part of a file, and whose it is.
pub(in crate::messages) struct Piece {
    pub workspace_id: String,
    pub media_id: String,
    /// 0, 1, 2 ...
    pub seq: i64,
    pub bytes: Vec<u8>,
}

/// A file of which nothing has come yet. How much the workspace's files take up with it.
pub(in crate::messages) async fn begin_media(
    tx: &mut Tx,
    workspace_id: &str,
    grant_id: &str,
    media: &Media,
) -> sqlx::Result<i64> {
    on!(tx, connection => sqlx::query(
        "insert into media (id, workspace_id, grant_id, mime_type, name, bytes, created_at)
         values ($1, $2, $3, $4, $5, 0, $6)")
        .bind(&media.id).bind(workspace_id).bind(grant_id).bind(&media.mime_type).bind(media.name.as_deref())
        .bind(media.created_at).execute(connection).await.map(drop))?;
    count(tx, workspace_id, BYTES_LEAST).await
}

/// Adds the next piece of a file. How much the workspace's files take up with it; nothing when the file is gone.
pub(in crate::messages) async fn add_piece(tx: &mut Tx, piece: &Piece) -> sqlx::Result<Option<i64>> {
    let more = i64::try_from(piece.bytes.len()).unwrap_or(i64::MAX);
    let bytes: Option<i64> = on!(tx, connection => sqlx::query_scalar(
        "update media set bytes = bytes + $3 where id = $1 and workspace_id = $2 and finished_at is null returning bytes")
        .bind(&piece.media_id).bind(&piece.workspace_id).bind(more).fetch_optional(connection).await)?;
    let Some(bytes) = bytes else { return Ok(None) };
    on!(tx, connection => sqlx::query("insert into media_chunk (media_id, seq, bytes) values ($1, $2, $3)")
        .bind(&piece.media_id).bind(piece.seq).bind(STANDARD.encode(&piece.bytes))
        .execute(connection).await.map(drop))?;
    count(tx, &piece.workspace_id, weight(bytes) - weight(bytes - more)).await.map(Some)
}

/// All of it is there. False when it is gone.
pub(in crate::messages) async fn finish_media(
    tx: &mut Tx,
    workspace_id: &str,
    media_id: &str,
    at: Timestamp,
) -> sqlx::Result<bool> {
    on!(tx, connection => sqlx::query(
        "update media set finished_at = $3 where id = $1 and workspace_id = $2 and finished_at is null")
        .bind(media_id).bind(workspace_id).bind(at)
        .execute(connection).await.map(|done| done.rows_affected() == 1))
}

const fn weight(bytes: i64) -> i64 {
    if bytes < BYTES_LEAST { BYTES_LEAST } else { bytes }
}

/// What the files of the workspace take up after a change. Whoever changes it next waits until the transaction ends.
async fn count(tx: &mut Tx, workspace_id: &str, more: i64) -> sqlx::Result<i64> {
    on!(tx, connection => sqlx::query_scalar(
        "insert into media_total (workspace_id, bytes) values ($1, $2)
         on conflict (workspace_id) do update set bytes = media_total.bytes + excluded.bytes returning bytes")
        .bind(workspace_id).bind(more).fetch_one(connection).await)
}

/// A file of a workspace, whoever handed it in.
pub(in crate::messages) async fn media(tx: &mut Tx, workspace_id: &str, id: &str) -> sqlx::Result<Option<Media>> {
    let row: Option<MediaRow> = on!(tx, connection => sqlx::query_as(
        "select id, mime_type, name, bytes, created_at from media
         where id = $1 and workspace_id = $2 and finished_at is not null")
        .bind(id).bind(workspace_id).fetch_optional(connection).await)?;
    Ok(row.map(Media::from))
}

/// A file that an app handed in under its grant.
pub(in crate::messages) async fn media_of_grant(
    tx: &mut Tx,
    workspace_id: &str,
    grant_id: &str,
    id: &str,
) -> sqlx::Result<Option<Media>> {
    let row: Option<MediaRow> = on!(tx, connection => sqlx::query_as(
        "select id, mime_type, name, bytes, created_at from media
         where id = $1 and workspace_id = $2 and grant_id = $3 and finished_at is not null")
        .bind(id).bind(workspace_id).bind(grant_id).fetch_optional(connection).await)?;
    Ok(row.map(Media::from))
}

/// One piece of a file of a workspace; nothing behind the last one.
pub(in crate::messages) async fn chunk(
    tx: &mut Tx,
    workspace_id: &str,
    media_id: &str,
    seq: i64,
) -> sqlx::Result<Option<Vec<u8>>> {
    let kept: Option<String> = on!(tx, connection => sqlx::query_scalar(
        "select media_chunk.bytes from media_chunk join media on media.id = media_chunk.media_id
         where media.id = $1 and media.workspace_id = $2 and media_chunk.seq = $3")
        .bind(media_id).bind(workspace_id).bind(seq).fetch_optional(connection).await)?;
    kept.map(|kept| STANDARD.decode(kept).map_err(|error| sqlx::Error::Decode(Box::new(error)))).transpose()
}

#[derive(sqlx::FromRow)]
struct Gone {
    workspace_id: String,
    bytes: i64,
}

async fn uncount(tx: &mut Tx, gone: Vec<Gone>) -> sqlx::Result<u64> {
    let files = gone.len();
    for Gone { workspace_id, bytes } in gone {
        count(tx, &workspace_id, -weight(bytes)).await?;
    }
    Ok(files as u64)
}

/// Takes away a file that did not come in whole.
pub(in crate::messages) async fn delete_media(tx: &mut Tx, workspace_id: &str, id: &str) -> sqlx::Result<()> {
    let gone = on!(tx, connection => sqlx::query_as(
        "delete from media where id = $1 and workspace_id = $2 and finished_at is null returning workspace_id, bytes")
        .bind(id).bind(workspace_id).fetch_all(connection).await)?;
    uncount(tx, gone).await.map(drop)
}

/// Takes away up to `limit` files from before `before`, and as many that were begun before `unfinished_before` and never came
/// in whole: how many. What a message that waits still needs stays.
pub(in crate::messages) async fn delete_old_media(
    tx: &mut Tx,
    before: Timestamp,
    unfinished_before: Timestamp,
    limit: i64,
) -> sqlx::Result<u64> {
    let old = on!(tx, connection => sqlx::query_as(
        "delete from media where id in (select id from media where created_at < $1
            and not exists (select 1 from message where message.media_id = media.id and message.state = 'queued')
            order by created_at limit $2)
         returning workspace_id, bytes")
        .bind(before).bind(limit).fetch_all(connection).await)?;
    let given_up = on!(tx, connection => sqlx::query_as(
        "delete from media where id in
            (select id from media where created_at < $1 and finished_at is null order by created_at limit $2)
         returning workspace_id, bytes")
        .bind(unfinished_before).bind(limit).fetch_all(connection).await)?;
    Ok(uncount(tx, old).await? + uncount(tx, given_up).await?)
}

use std::os::unix::fs::PermissionsExt as _;

use crate::world::World;

#[tokio::test]
async fn only_its_owner_may_read_the_database_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let world = World::on_sqlite().await;
    let file = folder.path().join("made.sqlite");
    let url = toml::Value::String(format!("sqlite://{}", file.display()));
    let other = world.beside(|config| config.database.url = url.try_into().expect("a setting")).await;
    other.person("Ann").await;
    for name in ["made.sqlite", "made.sqlite-wal", "made.sqlite-shm"] {
        let mode = std::fs::metadata(folder.path().join(name)).expect(name).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    other.ends().await;
    world.ends().await;
}

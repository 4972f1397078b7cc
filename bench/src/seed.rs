//! Who the bench is about: a person, their workspace, an app, and a grant with codes that wait to be used.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantline::access::Scope;
use grantline::accounts::{self, NewPerson};
use grantline::apps::{self, DeclaredScope, Details, Kind, NewApp};
use grantline::audit::Who;
use grantline::on;
use grantline::platform::Env;
use grantline::platform::secret::PlainSecret;
use sha2::{Digest as _, Sha256};

const CALLBACK: &str = "https://app.example/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub struct Seed {
    pub owner_id: String,
    pub workspace_id: String,
    app_id: String,
    codes: Vec<String>,
}

impl Seed {
    /// The form that trades the code of this index.
    pub fn exchange(&self, index: usize) -> String {
        let (app_id, code) = (&self.app_id, &self.codes[index]);
        format!(
            "grant_type=authorization_code&client_id={app_id}&code={code}&redirect_uri={CALLBACK}&code_verifier={VERIFIER}"
        )
    }
}

/// Fills an empty database. The grant covers all numbers.
pub async fn seed(env: &Env, scopes: &[Scope], codes: usize) -> anyhow::Result<Seed> {
    let who = Who::operator();
    let owner = NewPerson {
        email: String::from("owner@bench.example"),
        name: String::from("Owner"),
        password: String::from("a password for the bench"),
        workspace: String::new(),
    };
    let owner_id = accounts::sign_up(env, &who, owner).await?.id;
    let workspace_id = accounts::memberships(env, &owner_id).await?.remove(0).workspace.id;
    let declared = |scope: &Scope| DeclaredScope { scope: *scope, required: true, reason: String::new() };
    let details = Details {
        name: String::from("Bench app"),
        publisher: String::from("Bench"),
        redirect_uris: vec![CALLBACK.to_owned()],
        scopes: scopes.iter().map(declared).collect(),
        ..Details::default()
    };
    let new = NewApp { owner_id: owner_id.clone(), kind: Kind::Public, details };
    let (app, _) = apps::register(env, &who, new).await?;
    let mut seed = Seed { owner_id, workspace_id, app_id: app.id, codes: Vec::new() };
    seed.codes = grant(env, &seed, scopes, codes).await?;
    Ok(seed)
}

async fn grant(env: &Env, seed: &Seed, scopes: &[Scope], count: usize) -> anyhow::Result<Vec<String>> {
    let codes: Vec<PlainSecret> = (0..count).map(|_| PlainSecret::generate("gl_ac_", &*env.random)).collect();
    let plain = codes.iter().map(|code| code.reveal().to_owned()).collect();
    let (now, grant_id) = (env.now(), env.id("gr"));
    let (workspace_id, app_id, owner_id) = (seed.workspace_id.clone(), seed.app_id.clone(), seed.owner_id.clone());
    let scopes = scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ");
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER.as_bytes()));
    env.db
        .write(move |tx| {
            Box::pin(async move {
                on!(tx, connection => sqlx::query(
                    "insert into oauth_grant (id, workspace_id, app_id, approved_by, scopes, all_numbers, state, created_at,
                        changed_at, idle_since, locale)
                     values ($1, $2, $3, $4, $5, true, 'active', $6, $6, $6, 'en')")
                    .bind(&grant_id).bind(&workspace_id).bind(&app_id).bind(&owner_id).bind(&scopes).bind(now)
                    .execute(connection).await.map(drop))?;
                for code in &codes {
                    on!(tx, connection => sqlx::query(
                        "insert into authorization_code (code_hash, grant_id, app_id, redirect_uri, code_challenge, state,
                            created_at, expires_at) values ($1, $2, $3, $4, $5, 'issued', $6, $7)")
                        .bind(code.hash()).bind(&grant_id).bind(&app_id).bind(CALLBACK).bind(&challenge).bind(now)
                        .bind(now.plus_s(3600)).execute(connection).await.map(drop))?;
                }
                Ok::<(), sqlx::Error>(())
            })
        })
        .await?;
    Ok(plain)
}

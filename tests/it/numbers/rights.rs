use axum::body::Body;
use axum::http::Method;
use grantline::on;

use super::{Member, PHONE};
use crate::both_databases;
use crate::world::World;

pub async fn becomes(world: &World, member: &Member<'_>, role: &'static str) {
    let workspace = member.workspace.clone();
    let unit = world.env().db.write(move |tx| {
        Box::pin(async move {
            on!(tx, connection => sqlx::query("update member set role = $2 where workspace_id = $1")
                .bind(&workspace).bind(role).execute(connection).await.map(drop))
        })
    });
    unit.await.map_err(|error: sqlx::Error| error).expect("changed");
}

both_databases! {
    async fn a_viewer_sees_numbers_and_links_none(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.links(PHONE).await;
        becomes(world, &ann, "viewer").await;
        let list = ann.opens("").await.is(200).says("Online");
        assert!(!list.body.contains("/link\""), "{list}");
        let one = ann.opens(&format!("/{}", link.number)).await.is(200);
        assert!(!one.body.contains("/unlink") && !one.body.contains("/sandbox/"), "{one}");
        for path in ["/link", &link.path(), &format!("{}/stream", link.path())] {
            ann.opens(path).await.is(403).says("You may not do this here");
        }
        for path in [format!("/{}/unlink", link.number), format!("/{}/remove", link.number)] {
            ann.opens(&path).await.is(403);
        }
        let csrf = list.input("csrf");
        for path in ["/link".to_owned(), format!("{}/code", link.path()), format!("/{}/unlink", link.number)] {
            ann.person.browser.posts(&ann.at(&path), &csrf, &[("phone", PHONE)]).await.is(403);
        }
    }

    async fn to_another_workspace_a_number_does_not_exist(world: &World) {
        let (ann, bob) = (Member::owns_a_workspace(world, "Ann").await, Member::owns_a_workspace(world, "Bob").await);
        let linked = ann.links(PHONE).await;
        let open = ann.starts_linking("+44 7700 900456").await;
        // Bob names his own workspace and Ann's number, and Ann's workspace.
        let csrf = bob.opens("").await.is(200).input("csrf");
        for link in [&linked, &open] {
            let number = format!("/{}", link.number);
            for path in [link.path(), format!("{}/stream", link.path()), number.clone(),
                format!("{number}/unlink"), format!("{number}/remove")] {
                bob.opens(&path).await.is(404);
                bob.person.browser.opens(&ann.at(&path)).await.is(404);
            }
            for path in [format!("{}/code", link.path()), format!("{}/cancel", link.path()), format!("{}/again", link.path()),
                format!("{number}/unlink"), format!("{number}/remove")] {
                bob.person.browser.posts(&bob.at(&path), &csrf, &[]).await.is(404);
                bob.person.browser.posts(&ann.at(&path), &csrf, &[]).await.is(404);
            }
        }
        assert_eq!(linked.phone().devices(), ["Harbour"]);
        open.code().await;
    }

    async fn a_stranger_is_asked_to_sign_in(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let stranger = world.browser();
        for path in ["".to_owned(), "/link".to_owned(), link.path(), format!("{}/stream", link.path())] {
            assert_eq!(stranger.opens(&ann.at(&path)).await.is(303).location(), "/sign-in");
        }
        assert_eq!(stranger.opens("/sandbox/phones").await.is(303).location(), "/sign-in");
        assert_eq!(stranger.opens("/sandbox/phones/447700900123/code").await.is(303).location(), "/sign-in");
    }

    async fn a_form_without_its_token_does_nothing(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.links(PHONE).await;
        let path = ann.at(&format!("/{}/unlink", link.number));
        ann.person.browser.sends(Method::POST, &path, Body::empty(), None).await.is(403);
        assert_eq!(link.phone().devices(), ["Harbour"]);
    }

    async fn a_link_page_is_neither_kept_nor_framed(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let page = ann.starts_linking(PHONE).await.page().await.is(200);
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
    }
}

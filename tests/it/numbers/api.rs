use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::Request;
use grantline::access::Authority;
use grantline::numbers;
use grantline::platform::web::render_problems;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::Member;
use crate::both_databases;
use crate::world::World;

/// Calls as the bearer of a grant for these numbers.
async fn calls(world: &World, workspace: &str, numbers: Option<Vec<String>>, path: &str) -> (u16, Value) {
    let authority = Authority {
        grant_id: "gr_1".into(),
        app_id: "app_1".into(),
        app_name: String::from("Shop"),
        workspace_name: String::from("Ann"),
        workspace_id: workspace.to_owned(),
        scopes: "numbers:read".parse().expect("known"),
        numbers,
    };
    let (router, _) = numbers::api_routes().split_for_parts();
    let router = router.with_state(world.env().clone());
    let router = router.layer(Extension(authority)).layer(axum::middleware::from_fn(render_problems));
    let request = Request::get(path).body(Body::empty()).expect("a request");
    let response = router.oneshot(request).await.expect("an answer");
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.expect("readable").to_bytes();
    (status, serde_json::from_slice(&body).expect("JSON"))
}

fn phones(page: &Value) -> Vec<&str> {
    page["data"].as_array().expect("a list").iter().filter_map(|number| number["phone"].as_str()).collect()
}

both_databases! {
    async fn a_grant_sees_the_numbers_that_it_covers(world: &World) {
        let (ann, bob) = (Member::owns_a_workspace(world, "Ann").await, Member::owns_a_workspace(world, "Bob").await);
        let first = ann.links("+44 7700 900101").await;
        world.passes(Duration::from_millis(1));
        let second = ann.starts_linking("+44 7700 900102").await;
        bob.starts_linking("+44 7700 900103").await;

        let (status, page) = calls(world, &ann.workspace, None, "/v1/numbers").await;
        assert_eq!((status, phones(&page)), (200, vec!["+447700900101", "+447700900102"]));
        assert_eq!(page["next"], Value::Null);
        assert_eq!(page["data"][0], json!({
            "id": first.number, "phone": "+447700900101", "name": "Phone 0101", "connector": "sandbox", "state": "linked",
            "reason": null, "linked_at": "2026-01-01T00:00:00.000Z",
        }));
        assert_eq!(page["data"][1]["state"], "not_linked");

        let only = Some(vec![second.number.clone(), String::from("num_of_nobody")]);
        let (_, page) = calls(world, &ann.workspace, only, "/v1/numbers").await;
        assert_eq!(phones(&page), ["+447700900102"]);
        let (_, page) = calls(world, &bob.workspace, Some(vec![first.number.clone()]), "/v1/numbers").await;
        assert_eq!(phones(&page), Vec::<&str>::new());
        let (_, page) = calls(world, &ann.workspace, Some(Vec::new()), "/v1/numbers").await;
        assert_eq!(phones(&page), Vec::<&str>::new());
    }

    async fn a_long_list_comes_in_pages(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        for phone in ["+44 7700 900101", "+44 7700 900102", "+44 7700 900103"] {
            ann.starts_linking(phone).await;
            world.passes(Duration::from_millis(1));
        }
        let (_, all) = calls(world, &ann.workspace, None, "/v1/numbers").await;
        let (_, first) = calls(world, &ann.workspace, None, "/v1/numbers?limit=2").await;
        let next = first["next"].as_str().expect("there is more");
        let (_, rest) = calls(world, &ann.workspace, None, &format!("/v1/numbers?limit=2&after={next}")).await;
        assert_eq!([phones(&first), phones(&rest)].concat(), phones(&all));
        assert_eq!(rest["next"], Value::Null);
        for (query, param, detail) in [
            ("limit=0", "limit", "`limit` must be a whole number from 1 to 100."),
            ("limit=101", "limit", "`limit` must be a whole number from 1 to 100."),
            ("limit=many", "limit", "`limit` must be a whole number from 1 to 100."),
            ("limit=1&limit=2", "limit", "The parameter `limit` is there twice."),
            ("limt=1", "limt", "There is no parameter `limt`; expected `limit` or `after`."),
            ("after=%00", "after", "`after` must be the `next` of a page of this list."),
            ("after=", "after", "`after` must be the `next` of a page of this list."),
        ] {
            let (status, problem) = calls(world, &ann.workspace, None, &format!("/v1/numbers?{query}")).await;
            let told = (status, problem["param"].as_str(), problem["detail"].as_str());
            assert_eq!(told, (400, Some(param), Some(detail)), "{query}");
        }
    }
}

use crate::accounts::{account_of, joins, workspace_of};
use crate::both_databases;

both_databases! {
    async fn every_decision_stands_on_the_page(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "viewer").await;
        let page = ann.browser.opens(&format!("/w/{workspace}/audit")).await.is(200);
        let places: Vec<usize> = ["Joined the workspace", "Invited a person", "Created the workspace"]
            .into_iter()
            .map(|words| page.words().rfind(words).unwrap_or_else(|| panic!("{words} is not said in {page}")))
            .collect();
        assert!(places.is_sorted(), "newest first: {places:?}");
        page.says("member.joined").says("invitation.sent").says("req_").says("bob@example.com").says("unknown");
    }

    async fn only_owners_and_admins_read_it(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "editor").await;
        let audit = format!("/w/{workspace}/audit");
        bob.browser.opens(&audit).await.is(403);
        world.person("Eve").await.browser.opens(&audit).await.is(404);
        assert_eq!(world.browser().opens(&audit).await.is(303).location(), "/sign-in");
    }

    async fn it_can_be_filtered_by_action_and_person(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "viewer").await;
        let audit = format!("/w/{workspace}/audit");
        let rows = |body: &str| body.matches("scope=\"row\"").count();
        let page = ann.browser.opens(&format!("{audit}?action=invitation.sent")).await.is(200).says("Clear filters");
        assert_eq!(rows(&page.body), 1, "{page}");
        let id = account_of(world, &bob).await.id;
        let page = ann.browser.opens(&format!("{audit}?person={id}")).await.is(200);
        assert_eq!(rows(&page.body), 1, "{page}");
        assert!(page.body.contains(&format!("<option value=\"{id}\" selected>Bob</option>")), "{page}");
        let page = ann.browser.opens(&format!("{audit}?person={id}&action=invitation.sent")).await.is(200);
        page.says("Nothing matches").says("Clear filters");
        let page = ann.browser.opens(&format!("{audit}?action=%22%3E%3Cscript%3E")).await.is(200).says("Nothing matches");
        assert!(!page.body.contains("\"><script>"), "{page}");
    }

    async fn it_is_read_page_by_page(world: &World) {
        let ann = world.person("Ann").await;
        let workspace = workspace_of(&ann).await;
        let settings = format!("/w/{workspace}/settings");
        let csrf = ann.browser.opens(&settings).await.is(200).input("csrf");
        for number in 2..=120 {
            ann.browser.posts(&settings, &csrf, &[("name", &format!("Name {number}"))]).await.is(303);
        }
        let audit = format!("/w/{workspace}/audit");
        let entries = |body: &str| -> (usize, String, String) {
            let seqs: Vec<&str> = body.split("<dt>Entry</dt><dd>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
            (seqs.len(), (*seqs.first().unwrap_or(&"")).to_owned(), (*seqs.last().unwrap_or(&"")).to_owned())
        };
        let link = |body: &str, rel: &str| -> Option<String> {
            let before = body.split(&format!("\" rel=\"{rel}\"")).next().filter(|before| before.len() < body.len())?;
            before.rsplit("href=\"").next().map(|href| href.replace("&#38;", "&"))
        };
        let is = |count: usize, first: &str, last: &str| (count, first.to_owned(), last.to_owned());
        let first = ann.browser.opens(&audit).await.is(200);
        assert_eq!(entries(&first.body), is(50, "120", "71"));
        assert_eq!(link(&first.body, "prev"), None);
        let older = format!("{audit}{}", link(&first.body, "next").expect("an older page"));
        let second = ann.browser.opens(&older).await.is(200);
        assert_eq!(entries(&second.body), is(50, "70", "21"));
        let oldest = format!("{audit}{}", link(&second.body, "next").expect("an older page"));
        let third = ann.browser.opens(&oldest).await.is(200);
        assert_eq!(entries(&third.body), is(20, "20", "1"));
        assert_eq!(link(&third.body, "next"), None);
        let back = format!("{audit}{}", link(&third.body, "prev").expect("a newer page"));
        let second = ann.browser.opens(&back).await.is(200);
        assert_eq!(entries(&second.body), is(50, "70", "21"));
        let newest = format!("{audit}{}", link(&second.body, "prev").expect("a newer page"));
        let first = ann.browser.opens(&newest).await.is(200);
        assert_eq!(entries(&first.body), is(50, "120", "71"));
        assert_eq!(link(&first.body, "prev"), None);
        let filtered = ann.browser.opens(&format!("{audit}?action=workspace.renamed")).await.is(200);
        assert_eq!(link(&filtered.body, "next").as_deref(), Some("?action=workspace.renamed&before=71"));
        ann.browser.opens(&format!("{audit}?before=1")).await.is(200).says("That was everything");
        ann.browser.opens(&format!("{audit}?before=soon")).await.is(200).says("Name 120");
    }
}

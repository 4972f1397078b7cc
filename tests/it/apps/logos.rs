//! Logos: taken in with care, served as our own.

use std::io::Cursor;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, header};
use grantline::apps;
use http_body_util::BodyExt as _;
use image::{ImageFormat, Rgb, RgbImage};
use tower::ServiceExt as _;

use super::developer::{Developer, actions, multipart};
use crate::both_databases;
use crate::world::World;

fn picture(width: u32, height: u32, shade: u8) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    RgbImage::from_pixel(width, height, Rgb([shade, 90, 90])).write_to(&mut file, ImageFormat::Png).expect("a picture");
    file.into_inner()
}

async fn logo_url(world: &World, app: &str) -> Option<String> {
    apps::find(world.env(), app).await.expect("it answers").expect("it is there").logo_url()
}

both_databases! {
    async fn a_logo_is_drawn_anew_and_served_from_our_origin(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        assert_eq!(logo_url(world, &id).await, None);
        let answer = dev.uploads(&id, &picture(300, 100, 20)).await.is(303);
        let url = logo_url(world, &id).await.expect("it has a logo");
        let page = dev.opens(answer.location()).await.says("The new logo is in use.");
        assert!(page.body.contains(&format!("src=\"{url}\"")), "{page}");
        assert!(page.header("content-security-policy").contains("img-src 'self'"), "the page may show it");

        let request = Request::get(&url).body(Body::empty()).expect("a request");
        let response = world.app.router.clone().oneshot(request).await.expect("the router answers");
        let served = response.into_body().collect().await.expect("a body").to_bytes();
        let drawn = image::load_from_memory_with_format(&served, ImageFormat::Png).expect("a PNG");
        assert_eq!((drawn.width(), drawn.height()), (256, 256));
    }

    async fn a_logo_can_be_cached_for_ever_and_loads_and_runs_nothing(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        dev.uploads(&id, &picture(64, 64, 20)).await.is(303);
        let url = logo_url(world, &id).await.expect("it has a logo");
        let stranger = world.browser();
        let answer = stranger.opens(&url).await.is(200);
        assert_eq!(answer.header("content-type"), "image/png");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'; sandbox");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        // A cache on the way would hand one visitor's cookie to the next.
        assert!(answer.headers.get(header::SET_COOKIE).is_none());
        let bare = url.split('?').next().expect("a path");
        assert_eq!(stranger.opens(bare).await.is(200).header("cache-control"), "public, no-cache");
        assert_eq!(stranger.opens(&format!("{bare}?v=old")).await.is(200).header("cache-control"), "public, no-cache");
        let request = Request::get(bare).header(header::IF_NONE_MATCH, answer.header("etag"));
        world.sends(request.body(Body::empty()).expect("a request")).await.is(304);
    }

    async fn another_logo_has_another_address_and_none_has_none(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        dev.uploads(&id, &picture(64, 64, 20)).await.is(303);
        let first = logo_url(world, &id).await.expect("it has a logo");
        dev.uploads(&id, &picture(64, 64, 20)).await.is(303);
        assert_eq!(logo_url(world, &id).await.as_ref(), Some(&first), "the same picture");
        dev.uploads(&id, &picture(64, 64, 200)).await.is(303);
        assert_ne!(logo_url(world, &id).await.as_ref(), Some(&first));
        let answer = dev.posts(&format!("/developers/apps/{id}/logo/remove"), &[]).await.is(303);
        dev.opens(answer.location()).await.says("The logo is removed.");
        world.browser().opens(&first).await.is(404);
        world.browser().opens("/apps/app_none/logo.png").await.is(404);
        let told = actions(world).await;
        assert_eq!(told.iter().filter(|action| action.ends_with("app.changed")).count(), 3, "{told:?}");
    }

    async fn what_is_no_logo_is_refused_with_a_sentence(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        let whole = picture(64, 64, 20);
        let wrong: [(&[u8], &str); 6] = [
            (b"", "Choose a file first."),
            (svg, "SVG is not taken, because it can hold scripts."),
            (b"GIF89a\x01\x00\x01\x00", "This is not a PNG, JPEG or WebP picture."),
            (&whole[..60], "The picture is damaged and cannot be read."),
            (&picture(4097, 1, 20), "The picture has more than 4096 pixels on a side."),
            (&vec![0; 1024 * 1024 + 1], "The file is larger than 1 MB."),
        ];
        for (file, sentence) in wrong {
            dev.uploads(&id, file).await.is(422).says("The app was not changed").says(sentence);
        }
        assert_eq!(logo_url(world, &id).await, None);
    }

    async fn an_upload_is_bounded_and_begins_with_its_token(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        let csrf = dev.csrf().await;
        let (token, file) = (csrf.as_bytes(), picture(64, 64, 20));
        dev.uploads(&id, &vec![0; 17 * 1024 * 1024]).await.is(413).says("This form is too large");
        let first_the_file = multipart(&[("file", &file), ("csrf", token)]);
        dev.sends_multipart(&id, first_the_file).await.is(403);
        dev.sends_multipart(&id, multipart(&[("csrf", token)])).await.is(400);
        dev.sends_multipart(&id, multipart(&[])).await.is(403);
        dev.sends_multipart(&id, b"--XX\r\nno end".to_vec()).await.is(400);
        let crowded = [("csrf", token), ("a", b"1"), ("b", b"2"), ("c", b"3"), ("file", &file[..])];
        dev.sends_multipart(&id, multipart(&crowded)).await.is(400);
        let long_token = multipart(&[("csrf", &[b'x'; 5000]), ("file", &file)]);
        dev.sends_multipart(&id, long_token).await.is(403);
        let path = format!("/developers/apps/{id}/logo");
        let from_elsewhere = Request::builder().method(Method::POST).uri(&path)
            .header(header::COOKIE, dev.browser().cookie_header())
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=XX")
            .header("sec-fetch-site", "cross-site")
            .body(Body::from(multipart(&[("csrf", token), ("file", &file)])));
        world.sends(from_elsewhere.expect("a request")).await.is(403);
        assert_eq!(logo_url(world, &id).await, None);
        let with_button = multipart(&[("csrf", token), ("button", b"1"), ("file", &file)]);
        dev.sends_multipart(&id, with_button).await.is(303);
    }

    async fn logos_are_not_drawn_without_end(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let (id, _) = dev.registers_acme().await;
        for _ in 0..10 {
            dev.uploads(&id, b"GIF89a").await.is(422);
        }
        dev.uploads(&id, b"GIF89a").await.is(429).says("Wait 30 seconds and try again.");
        world.passes(Duration::from_secs(30));
        dev.uploads(&id, &picture(64, 64, 20)).await.is(303);
    }
}

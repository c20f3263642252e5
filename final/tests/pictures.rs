//! Pictures: removed metadata, thumbnails, profile pictures.

use std::io::Cursor;

use crate::support::{
    Browser, Chat, Page, animated_gif, animated_webp, each_database, encoded, exif, form, jpeg,
    opaque, with_segments,
};
use image::{DynamicImage, GenericImageView, ImageDecoder, ImageFormat, ImageReader, RgbaImage};
use img_parts::{
    ImageEXIF,
    png::{Png, PngChunk},
    webp::WebP,
};
use insta::assert_snapshot;
use macro_rules_attribute::apply;

/// Metadata that no uploaded picture may contain.
const SECRETS: [&str; 5] = [
    "51 deg 30",
    "SecretCam",
    "at home",
    "GPSLatitude",
    "ftypisom",
];

#[apply(each_database!)]
async fn a_photo_loses_its_location_and_keeps_its_orientation(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let photo = jpeg(60, 40);
    let mut taken = with_segments(
        &photo,
        &[
            (0xE1, &[b"Exif\0\0".as_slice(), &exif(6)].concat()),
            (
                0xE1,
                b"http://ns.adobe.com/xap/1.0/\0<x GPSLatitude='51 deg 30'/>",
            ),
            (0xE2, b"MPF\0 a second picture, SecretCam"),
            (0xE2, b"ICC_PROFILE\0\x01\x01 a profile"),
            (0xED, b"Photoshop 3.0\0 at home"),
            (0xFE, b"a comment made at home"),
        ],
    );
    taken.extend(b"\0\0\0\x18ftypisom a film behind the end, 51 deg 30");
    let file = ada.uploaded(&taken).await;
    // After the rotation by a quarter.
    assert_eq!((&file["width"], &file["height"]), (&40.into(), &60.into()));
    let page = ada.get(file["url"].as_str().unwrap()).await;
    assert_no_secrets(&page);
    assert_eq!(file["bytes"], page.bytes.len());
    assert!(contains(&page.bytes, "ICC_PROFILE"));
    let mut kept = decoder(&page.bytes, ImageFormat::Jpeg);
    assert_eq!(kept.orientation().unwrap().to_exif(), 6);
    let kept = DynamicImage::from_decoder(kept).unwrap();
    assert_eq!(kept, image::load_from_memory(&photo).unwrap());
    let small = ada.get(file["thumbnailUrl"].as_str().unwrap()).await;
    assert_eq!(image(&small).dimensions(), (40, 60));
    assert_no_secrets(&small);
}

#[apply(each_database!)]
async fn a_png_loses_its_texts_and_its_location(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let plain = encoded(&opaque(60, 40), ImageFormat::Png);
    let mut png = Png::from_bytes(plain.into()).unwrap();
    png.set_exif(Some(exif(3).into()));
    let before_pixels = 1;
    for (kind, text) in [(*b"tEXt", "Comment\0at home"), (*b"prVt", "SecretCam")] {
        let chunk = PngChunk::new(kind, text.as_bytes().into());
        png.chunks_mut().insert(before_pixels, chunk);
    }
    let mut taken = png.encoder().bytes().to_vec();
    taken.extend(b"51 deg 30");
    let file = ada.uploaded(&taken).await;
    let page = ada.get(file["url"].as_str().unwrap()).await;
    assert_no_secrets(&page);
    let mut kept = decoder(&page.bytes, ImageFormat::Png);
    assert_eq!(kept.orientation().unwrap().to_exif(), 3);
    assert_eq!(image(&page), opaque(60, 40));
}

#[apply(each_database!)]
async fn an_animated_webp_loses_its_texts_and_keeps_its_animation(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let file = ada.uploaded(&animated_webp()).await;
    assert_eq!(file["contentType"], "image/webp");
    let page = ada.get(file["url"].as_str().unwrap()).await;
    assert_no_secrets(&page);
    let webp = WebP::from_bytes(page.bytes.clone().into()).unwrap();
    assert_eq!(webp.chunks_by_id(*b"ANMF").count(), 2);
    let header = webp.chunk_by_id(*b"VP8X").unwrap().content().data();
    // The flags: animation, but neither XMP nor EXIF, because this one is upright.
    assert_eq!(header.unwrap()[0], 0b10);
    assert_eq!(image(&page).dimensions(), (8, 8));
}

#[apply(each_database!)]
async fn an_animated_gif_loses_its_texts_and_keeps_its_animation(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let taken = animated_gif();
    assert!(contains(&taken, "at home") && contains(&taken, "GPSLatitude"));
    let file = ada.uploaded(&taken).await;
    let page = ada.get(file["url"].as_str().unwrap()).await;
    assert_no_secrets(&page);
    assert_eq!(frames(&page.bytes), frames(&taken));
    assert_eq!(frames(&page.bytes).len(), 2);
}

#[apply(each_database!)]
async fn a_polyglot_is_a_picture_and_nothing_else(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let script = b"*/=1;alert(1)//<script>alert(1)</script>";
    // A script that begins like a picture is refused.
    let page = ada.upload(&[b"GIF89a/*".as_slice(), script].concat()).await;
    assert_eq!(page.status, 422);
    assert_eq!(
        page.problem(),
        "this picture is damaged and cannot be read: choose another"
    );
    // A picture loses the scripts in it and behind it.
    let mut both = with_segments(&jpeg(8, 8), &[(0xFE, script)]);
    both.extend(script);
    let file = ada.uploaded(&both).await;
    let page = ada.get(file["url"].as_str().unwrap()).await;
    assert!(!page.says("script") && !page.says("alert"));
    assert_eq!(page.header("content-type"), Some("image/jpeg"));
}

#[apply(each_database!)]
async fn an_image_bomb_is_refused_with_a_sentence(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let mut gif = encoded(&opaque(1, 1), ImageFormat::Gif);
    gif[6..10].fill(0xFF);
    let mut png = Png::from_bytes(encoded(&opaque(1, 1), ImageFormat::Png).into()).unwrap();
    let mut header = png.chunks()[0].contents().to_vec();
    header[..8].copy_from_slice(&[0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50]);
    png.chunks_mut()[0] = PngChunk::new(*b"IHDR", header.into());
    for bomb in [gif, png.encoder().bytes().to_vec()] {
        let page = ada.upload(&bomb).await;
        assert_eq!(page.status, 422);
        assert_eq!(page.problem(), "a picture has at most 40 million pixels");
    }
    assert!(chat.files().is_empty());
}

#[apply(each_database!)]
async fn a_picture_that_ends_too_early_is_refused_with_a_sentence(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    for format in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
        let whole = encoded(&opaque(60, 40), format);
        let page = ada.upload(&whole[..whole.len() / 2]).await;
        assert_eq!(page.status, 422, "{format:?}");
        assert!(page.problem().contains("damaged"));
    }
    assert_eq!(ada.upload(&jpeg(60, 40)[..200]).await.status, 422);
    assert!(chat.files().is_empty());
}

#[apply(each_database!)]
async fn a_thumbnail_has_at_most_480_pixels_and_keeps_what_is_transparent(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let clear = RgbaImage::from_pixel(960, 30, image::Rgba([1, 2, 3, 100]));
    for (picture, content_type, size) in [
        (jpeg(600, 1_200), "image/jpeg", (240, 480)),
        (
            encoded(&opaque(500, 50), ImageFormat::Png),
            "image/jpeg",
            (480, 48),
        ),
        (
            encoded(&clear.into(), ImageFormat::Png),
            "image/webp",
            (480, 15),
        ),
    ] {
        let file = ada.uploaded(&picture).await;
        let page = ada.get(file["thumbnailUrl"].as_str().unwrap()).await;
        assert_eq!(page.header("content-type"), Some(content_type));
        assert_eq!(image(&page).dimensions(), size);
        let has_holes = image(&page)
            .to_rgba8()
            .pixels()
            .any(|pixel| pixel.0[3] < 255);
        assert_eq!(has_holes, content_type == "image/webp");
    }
}

#[apply(each_database!)]
async fn a_profile_picture_is_a_small_square_that_everyone_logged_in_can_see(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let photo = with_segments(&jpeg(800, 600), &[(0xFE, b"at home")]);
    let page = set_picture(&mut ada, &photo).await;
    assert_eq!(page.location(), Some("/account?saved=picture"));
    let home = ada.get("/account?saved=picture").await;
    let url = picture_url(&home).unwrap();
    assert_snapshot!(
        "account_with_picture",
        home.stable().replace(&url, "/files/[id]")
    );
    let page = chat.signed_up("Bob").await.get(&url).await;
    assert_eq!(image(&page).dimensions(), (256, 256));
    assert_eq!(page.header("cache-control"), Some("private, max-age=3600"));
    assert_no_secrets(&page);
    assert_eq!(chat.browser().get(&url).await.status, 401);
    assert_eq!(chat.files().len(), 1);
}

#[apply(each_database!)]
async fn a_replaced_or_removed_picture_is_gone(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    set_picture(&mut ada, &jpeg(30, 30)).await;
    let first = picture_url(&ada.get("/account").await).unwrap();
    set_picture(&mut ada, &jpeg(30, 30)).await;
    let second = picture_url(&ada.get("/account").await).unwrap();
    assert_eq!(ada.get(&first).await.status, 404);
    assert_eq!(ada.get(&second).await.status, 200);
    let page = ada.post("/account/picture/remove", &[]).await;
    assert_eq!(page.location(), Some("/account?saved=picture"));
    assert_eq!(ada.get(&second).await.status, 404);
    assert_eq!(picture_url(&ada.get("/account").await), None);
    chat.state.media.clean_up().await.unwrap();
    assert!(chat.files().is_empty());
    assert_eq!(ada.post("/account/picture/remove", &[]).await.status, 303);
}

#[apply(each_database!)]
async fn the_picture_form_shows_a_problem_beside_its_field(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    ada.router = chat.with(|config| config.max_upload_mb = 1).await;
    for (bytes, status, problem) in [
        (b"not a picture".to_vec(), 422, "this is not a picture"),
        (b"GIF89a, nearly".to_vec(), 422, "this picture is damaged"),
        (vec![0; 1_010_000], 413, "a file has at most 1 MB"),
        (vec![0; 2_000_000], 413, "a file has at most 1 MB"),
    ] {
        let page = set_picture(&mut ada, &bytes).await;
        assert_eq!(page.status, status);
        let expected = format!("<p class=\"error\" id=\"picture-error\" role=\"alert\">{problem}");
        assert!(page.says(&expected), "{problem}");
    }
    let page = ada.post_form("/account/picture", form("", "x", b"")).await;
    assert!(page.says("role=\"alert\">choose a file first<"));
    ada.origin = "https://evil.test";
    assert_eq!(set_picture(&mut ada, &jpeg(30, 30)).await.status, 403);
    let page = set_picture(&mut chat.browser(), &jpeg(30, 30)).await;
    assert_eq!((page.status, page.location()), (303, Some("/")));
    assert!(chat.files().is_empty());
}

#[test]
fn initials_can_be_read_on_every_colour() {
    let css = include_str!("../client/people/avatar.css");
    let colours = css.split("background: #").skip(1).map(|rest| &rest[..6]);
    let contrasts: Vec<f64> = colours
        .map(|colour| 1.05 / (luminance(colour) + 0.05))
        .collect();
    assert_eq!(contrasts.len(), 8);
    assert!(
        contrasts.iter().all(|contrast| *contrast >= 4.5),
        "{contrasts:?}"
    );
}

async fn set_picture(browser: &mut Browser, bytes: &[u8]) -> Page {
    let form = form("me.jpg", "image/jpeg", bytes);
    browser.post_form("/account/picture", form).await
}

fn picture_url(home: &Page) -> Option<String> {
    let (_, rest) = home.body.split_once("src=\"/files/")?;
    Some(format!("/files/{}", &rest[..32]))
}

/// The relative luminance of a colour, as WCAG defines it.
fn luminance(colour: &str) -> f64 {
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
}

/// The pixels, the delay and the transparent colour of each frame.
fn frames(gif: &[u8]) -> Vec<(Vec<u8>, u16, Option<u8>)> {
    let mut decoder = gif::DecodeOptions::new().read_info(gif).unwrap();
    let mut frames = Vec::new();
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        frames.push((frame.buffer.to_vec(), frame.delay, frame.transparent));
    }
    assert_eq!(decoder.repeat(), gif::Repeat::Finite(3));
    frames
}

fn decoder(bytes: &[u8], format: ImageFormat) -> impl ImageDecoder + '_ {
    let reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.into_decoder().unwrap()
}

fn image(page: &Page) -> DynamicImage {
    assert_eq!(page.status, 200);
    image::load_from_memory(&page.bytes).unwrap()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

fn assert_no_secrets(page: &Page) {
    assert_eq!(page.status, 200);
    for secret in SECRETS {
        assert!(!contains(&page.bytes, secret), "{secret}");
    }
}

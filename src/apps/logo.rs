//! Logos: whatever a developer sends is drawn anew, so that nothing of the sender's file reaches a browser.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, RgbaImage, imageops};

/// Bytes of a file that is looked at.
pub const BYTES_MAX: usize = 1024 * 1024;

/// Pixels a side, judged by the file's header before anything is unpacked.
const SIDE_MAX: u32 = 4096;
/// What unpacking may take: 4096 × 4096 pixels of 16 bits in four channels.
const MEMORY_MAX: u64 = 4096 * 4096 * 8;

/// Pixels a side of what we serve.
const SIDE: u32 = 256;

/// Why a file cannot be a logo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogoRefusal {
    #[error("no file was chosen")]
    Missing,
    #[error("the file is larger than 1 MB")]
    TooLarge,
    /// An SVG can hold scripts and call other servers.
    #[error("SVG is not taken: send a PNG, JPEG or WebP")]
    Svg,
    #[error("the file is not a PNG, JPEG or WebP")]
    Format,
    #[error("the picture has more than 4096 pixels on a side")]
    TooManyPixels,
    #[error("the picture is damaged")]
    Damaged,
}

/// The picture in a PNG of 256 × 256 pixels, centred, without any of the file's other contents. Takes up to a second of
/// computing: call it by `env.computing`.
pub fn redraw(file: &[u8]) -> Result<Vec<u8>, LogoRefusal> {
    if file.is_empty() {
        return Err(LogoRefusal::Missing);
    }
    if file.len() > BYTES_MAX {
        return Err(LogoRefusal::TooLarge);
    }
    let picture = decode(file)?;
    let fitted = picture.resize(SIDE, SIDE, imageops::FilterType::Lanczos3).to_rgba8();
    let mut canvas = RgbaImage::new(SIDE, SIDE);
    let centred = |side: u32| i64::from((SIDE - side.min(SIDE)) / 2);
    imageops::overlay(&mut canvas, &fitted, centred(fitted.width()), centred(fitted.height()));
    let mut png = Cursor::new(Vec::new());
    canvas.write_to(&mut png, ImageFormat::Png).map_err(|_| LogoRefusal::Damaged)?;
    Ok(png.into_inner())
}

fn decode(file: &[u8]) -> Result<DynamicImage, LogoRefusal> {
    let mut reader = ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(|_| LogoRefusal::Damaged)?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) {
        return Err(if is_svg(file) { LogoRefusal::Svg } else { LogoRefusal::Format });
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY_MAX);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|_| LogoRefusal::Damaged)?;
    let (width, height) = decoder.dimensions();
    if width > SIDE_MAX || height > SIDE_MAX {
        return Err(LogoRefusal::TooManyPixels);
    }
    limits.reserve(decoder.total_bytes()).map_err(|_| LogoRefusal::TooManyPixels)?;
    // Telephones lay pictures on their side and say so beside them.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| LogoRefusal::Damaged)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn is_svg(file: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&file[..file.len().min(1024)]).to_ascii_lowercase();
    start.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).starts_with('<') && start.contains("<svg")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        let pixels = image::RgbImage::from_pixel(width, height, image::Rgb([20, 90, 90]));
        pixels.write_to(&mut file, format).expect("a picture");
        file.into_inner()
    }

    #[test]
    fn each_format_becomes_a_square_png() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let png = redraw(&picture(300, 100, format)).expect("drawn anew");
            let drawn = image::load_from_memory_with_format(&png, ImageFormat::Png).expect("a PNG").to_rgba8();
            assert_eq!(drawn.dimensions(), (256, 256));
            assert_eq!(drawn.get_pixel(128, 10).0, [0; 4], "clear above a wide picture");
            assert_eq!(drawn.get_pixel(128, 128).0[3], 255);
        }
        assert!(redraw(&picture(4096, 1, ImageFormat::Png)).is_ok(), "the largest side there is");
    }

    #[test]
    fn what_stood_beside_the_picture_is_gone() {
        let mut file = picture(64, 64, ImageFormat::Png);
        file.extend_from_slice(b"<script>alert(1)</script>");
        let png = redraw(&file).expect("drawn anew");
        assert!(!png.windows(7).any(|part| part == b"<script"));
    }

    #[test]
    fn each_fault_has_its_own_refusal() {
        let svg = br#"<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
        let whole = picture(64, 64, ImageFormat::Png);
        for (file, refusal) in [
            (Vec::new(), LogoRefusal::Missing),
            (vec![0; BYTES_MAX + 1], LogoRefusal::TooLarge),
            (svg.to_vec(), LogoRefusal::Svg),
            (b"GIF89a\x01\x00\x01\x00".to_vec(), LogoRefusal::Format),
            (b"<html><body>".to_vec(), LogoRefusal::Format),
            (picture(4097, 1, ImageFormat::Png), LogoRefusal::TooManyPixels),
            (whole[..whole.len() / 2].to_vec(), LogoRefusal::Damaged),
            (b"\x89PNG\r\n\x1a\n".to_vec(), LogoRefusal::Damaged),
        ] {
            assert_eq!(redraw(&file), Err(refusal));
        }
    }

    /// A header that promises more than any machine has is judged by the header alone.
    #[test]
    fn a_bomb_is_not_unpacked() {
        let mut file = picture(1, 1, ImageFormat::Png);
        // IHDR (PNG §11.2.2): width and height at 16 and 20, its CRC at 29.
        file[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        let crc = crc32(&file[12..29]);
        file[29..33].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(redraw(&file), Err(LogoRefusal::TooManyPixels));
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
        })
    }
}

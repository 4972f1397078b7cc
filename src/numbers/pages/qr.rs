//! A QR code as the path of an inline SVG.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// ISO/IEC 18004 §6.3.8: four modules of quiet around the symbol.
const QUIET: usize = 4;

/// A drawn QR code: modules on each side, quiet zone included, and the dark ones as runs.
pub struct Drawing {
    pub size: usize,
    pub path: String,
}

/// Nothing when the text does not fit into a QR code.
pub fn draw(text: &str) -> Option<Drawing> {
    // The lowest level of correction gives the largest modules, which a camera reads best from a screen.
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let width = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left == right) {
            if run.first() == Some(&Color::Dark) {
                let _ = write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
            }
            x += run.len();
        }
    }
    Some(Drawing { size: width + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finder_stands_in_the_corner_behind_the_quiet_zone() {
        let drawing = draw("2@abc,def,1").expect("fits");
        assert!(drawing.path.starts_with("M4 4h7v1h-7z"), "{}", drawing.path);
        assert_eq!(drawing.size, 21 + 8);
    }
}

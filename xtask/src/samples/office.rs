//! Conversion by LibreOffice.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::shell::{output, target};

/// Converts a Word file to PDF and to old Word, beside it.
pub(super) fn convert(docx: &Path) -> Result<Vec<PathBuf>> {
    let folder = docx.parent().unwrap_or(docx);
    // A profile of its own, so that a running office is not disturbed.
    let profile = target()?.join("office-profile");
    let mut made = Vec::new();
    for (end, filter) in [("pdf", "pdf:writer_pdf_Export"), ("doc", "doc:MS Word 97")] {
        output(
            Command::new("soffice")
                .arg(format!("-env:UserInstallation=file://{}", profile.display()))
                .args(["--headless", "--norestore", "--convert-to", filter, "--outdir"])
                .arg(folder)
                .arg(docx),
        )?;
        made.push(docx.with_extension(end));
    }
    Ok(made)
}

"""What a PDF says of itself, the same each time: not the day and the program of its printing."""

from datetime import UTC, datetime

import pikepdf

from edition.citing import cff


def finish(pdf, path, cited, title, description):
    """Write a PDF with its title, description and the authors of the edition, dated as the edition is."""
    moment = datetime.fromtimestamp(cff.moment(cited), UTC).isoformat()
    del pdf.docinfo
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = title
        metadata["dc:creator"] = [cff.called(author) for author in cited["authors"]]
        metadata["dc:description"], metadata["dc:language"] = description, {"en"}
        metadata["xmp:CreateDate"] = metadata["xmp:ModifyDate"] = moment
    streams = pikepdf.ObjectStreamMode.generate
    pdf.save(path, deterministic_id=True, object_stream_mode=streams, recompress_flate=True)

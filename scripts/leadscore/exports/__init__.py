"""Files for marketing tools: a segment's members, written so that nothing is lost or half there."""

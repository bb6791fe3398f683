"""Files for marketing tools: what a segment's members are told as, written so that nothing is lost or half there."""

"""The check "Nhà tôi được hỗ trợ gì?": what is asked, heard and told; the verdicts come from `rules`."""

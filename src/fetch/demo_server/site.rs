//! A site of a few pages for crawlers: loops, a redirect, links that lead nowhere and links that are none.

/// What is found at a path.
pub(super) enum Answer {
    /// A page in HTML.
    Page(&'static str),
    /// It has moved.
    Moved(&'static str),
}

/// What is at this path, if anything.
pub(super) fn page(path: &str) -> Option<Answer> {
    Some(Answer::Page(match path {
        "/site/" => {
            "<title>Home</title>\n<a href=\"/site/fruit\">fruit</a> <a href=\"trees\">trees</a> \
             <a href=\"#top\">top</a> <a href=\"mailto:gardener@example.org\">write to us</a>\n"
        }
        "/site/fruit" => {
            "<title>Fruit</title>\n<a href=\"/site/fruit/apple\">apple</a> <a href=\"/site/fruit/pear\">pear</a> \
             <a href=\"/site/fruit/quince\">quince</a> <a href=\"/site/\">home</a>\n"
        }
        "/site/fruit/apple" => {
            "<title>Apple</title>\n<a href=\"pear\">pear</a> <a href=\"/site/trees\">trees</a>\n"
        }
        "/site/fruit/pear" => {
            "<title>Pear</title>\n<a href=\"apple\">apple</a> <a href=\"../fruit\">fruit</a>\n"
        }
        "/site/trees" => {
            "<title>Trees</title>\n<a href=\"/site/trees\">trees</a> <a href=\"/site/old-trees\">old trees</a> \
             <a href=\"/site/trees/oak#leaves\">oak</a>\n"
        }
        "/site/trees/oak" => "<title>Oak</title>\n<a href=\"/site/trees/acorn\">acorn</a>\n",
        "/site/trees/acorn" => "<title>Acorn</title>\n<a href=\"/site/trees/oak\">oak</a>\n",
        "/site/old-trees" => return Some(Answer::Moved("/site/trees")),
        _ => return None,
    }))
}

//! One fold for names and words: case, accents, blanks, dashes and underscores do not tell them apart.

/// A character without case and accents; nothing for what only separates.
fn folded(character: char) -> Folded {
    let text = match character {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'ł' | 'Ł' => "l",
        'ı' => "i",
        'þ' | 'Þ' => "th",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'À'..='Å' | 'à'..='å' | 'Ā'..='ą' | 'Ǎ' | 'ǎ' | 'Ạ'..='ặ' => "a",
        'Ç' | 'ç' | 'Ć'..='č' => "c",
        'Ď' | 'ď' => "d",
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' | 'Ẹ'..='ệ' => "e",
        'Ĝ'..='ģ' => "g",
        'Ĥ'..='ħ' => "h",
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='į' | 'İ' | 'Ỉ'..='ị' => "i",
        'Ĵ' | 'ĵ' => "j",
        'Ķ' | 'ķ' => "k",
        'Ĺ'..='ŀ' => "l",
        'Ñ' | 'ñ' | 'Ń'..='ň' => "n",
        'Ò'..='Ö' | 'ò'..='ö' | 'Ō'..='ő' | 'Ơ' | 'ơ' | 'Ọ'..='ợ' => "o",
        'Ŕ'..='ř' => "r",
        'Ś'..='š' | 'Ș' | 'ș' => "s",
        'Ţ'..='ŧ' | 'Ț' | 'ț' => "t",
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' | 'Ư' | 'ư' | 'Ụ'..='ự' => "u",
        'Ŵ' | 'ŵ' => "w",
        'Ý' | 'ý' | 'ÿ' | 'Ŷ'..='Ÿ' | 'Ỳ'..='ỹ' => "y",
        'Ź'..='ž' => "z",
        // a mark on the character before it
        '\u{300}'..='\u{36f}' => "",
        _ => return Folded::One(character),
    };
    Folded::Text(text)
}

enum Folded {
    Text(&'static str),
    One(char),
}

/// The letters and digits of a name, without case and accents.
pub(super) fn letters(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars()
        .filter(|character| !character.is_ascii() || character.is_ascii_alphanumeric())
        .flat_map(|character| {
            let (text, one) = match character {
                'A'..='Z' => ("", Some(character.to_ascii_lowercase())),
                _ if character.is_ascii() => ("", Some(character)),
                _ => match folded(character) {
                    Folded::Text(text) => (text, None),
                    Folded::One(character) => (
                        "",
                        (character.is_alphanumeric() || is_symbol(character)).then_some(character),
                    ),
                },
            };
            text.chars()
                .chain(one.into_iter().flat_map(char::to_lowercase))
        })
}

/// Signs that tell words apart though they are no letters: emoji, letters' own marks.
fn is_symbol(character: char) -> bool {
    !character.is_whitespace()
        && !character.is_control()
        && !matches!(character, '\u{2000}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '。' | '、' | '，' | '：' | '；')
}

/// Two spellings of one name.
pub(crate) fn same(one: &str, two: &str) -> bool {
    if one == two {
        return true;
    }
    // most names that differ do so in their first letter
    if let (Some(a), Some(b)) = (one.bytes().next(), two.bytes().next())
        && a.is_ascii_alphanumeric()
        && b.is_ascii_alphanumeric()
        && !a.eq_ignore_ascii_case(&b)
    {
        return false;
    }
    if one.is_ascii() && two.is_ascii() {
        if one.eq_ignore_ascii_case(two) && one.as_bytes()[0].is_ascii_alphanumeric() {
            return true;
        }
        return same_ascii(one.as_bytes(), two.as_bytes());
    }
    let (mut ones, mut twos) = (letters(one), letters(two));
    let mut any = false;
    loop {
        match (ones.next(), twos.next()) {
            (None, None) => return any,
            (a, b) if a != b => return false,
            _ => any = true,
        }
    }
}

/// The same where there is nothing but letters, digits and signs.
fn same_ascii(one: &[u8], two: &[u8]) -> bool {
    let next = |bytes: &[u8], at: &mut usize| {
        while let Some(byte) = bytes.get(*at) {
            *at += 1;
            if byte.is_ascii_alphanumeric() {
                return Some(byte.to_ascii_lowercase());
            }
        }
        None
    };
    let (mut a, mut b, mut any) = (0, 0, false);
    loop {
        match (next(one, &mut a), next(two, &mut b)) {
            (None, None) => return any,
            (one, two) if one != two => return false,
            _ => any = true,
        }
    }
}

/// A name in its folded form.
pub(super) fn key(name: &str) -> String {
    letters(name).collect()
}

#[cfg(test)]
mod tests {
    use super::{key, same};

    #[test]
    fn one_name_in_many_spellings() {
        for (one, two) in [
            ("userId", "user_id"),
            ("estimate-hours", "estimate_hours"),
            ("IN PROGRESS", "in_progress"),
            ("Straße", "STRASSE"),
            ("résumé", "Resume"),
            ("Café ☕", "café ☕"),
        ] {
            assert!(same(one, two), "{one} {two}");
        }
        for (one, two) in [
            ("a", "b"),
            ("", "-"),
            ("--", "_"),
            ("ab", "a_b_c"),
            ("👍", "👎"),
            ("car", "car2"),
            ("日本", "日"),
        ] {
            assert!(!same(one, two), "{one} {two}");
        }
        assert_eq!(key("e\u{301}t-\u{e9}"), "ete");
    }
}

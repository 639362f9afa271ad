//! Addresses of the internet.
use super::formatted::formatted;
use std::{
    fmt::Display,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

formatted! {
    IpAddr, Ip, Display::fmt, |text| text.parse().ok();
    Ipv4Addr, Ipv4, Display::fmt, |text| text.parse().ok();
    Ipv6Addr, Ipv6, Display::fmt, |text| text.parse().ok();
}

#[cfg(test)]
mod tests {
    use crate::{Field, InputField};
    use serde_json::json;
    use std::net::IpAddr;

    #[test]
    fn addresses_are_text() {
        let address = IpAddr::from_value(json!(" 2001:db8::1 ")).expect("an address");
        assert_eq!(address.view().to_value(), json!("2001:db8::1"));
        let fault = IpAddr::from_value(json!("example.org"))
            .expect_err("a name")
            .to_string();
        assert!(fault.contains("an IP address like 192.0.2.1"), "{fault}");
    }
}

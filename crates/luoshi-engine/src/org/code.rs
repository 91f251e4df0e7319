//! Numbers that units and people are known by, and what may be wrong with them.

/// The characters of a credit code in the order of their values: no I, O, S, V, Z.
const CREDIT: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// What is wrong with a unified social credit code (GB 32100-2015), as a Chinese sentence.
pub fn credit_code_fault(code: &str) -> Option<String> {
    let count = code.chars().count();
    if count != 18 {
        return Some(format!("统一社会信用代码应为18位，“{code}”有{count}位，请核对证书。"));
    }
    let mut sum = 0;
    let mut weight = 1;
    let mut last = 0;
    for (i, c) in code.chars().enumerate() {
        let Some(value) = CREDIT.iter().position(|known| char::from(*known) == c) else {
            return Some(format!(
                "统一社会信用代码“{code}”第{}位“{c}”不合规定（不用小写字母和I、O、S、V、Z），请核对证书。",
                i + 1
            ));
        };
        // Weights are the powers of 3 modulo 31; the 18th character makes the sum whole.
        if i < 17 {
            sum += value * weight;
            weight = weight * 3 % 31;
        }
        last = value;
    }
    let wanted = (31 - sum % 31) % 31;
    (wanted != last).then(|| format!("统一社会信用代码“{code}”的校验码不对，可能录错了一位，请核对证书。"))
}

/// What is wrong with a region code: 6 digits to the county (GB/T 2260), 9 to the township, 12 to
/// the village.
pub fn region_code_fault(code: &str) -> Option<String> {
    let digits = code.bytes().all(|b| b.is_ascii_digit());
    if !digits || !matches!(code.len(), 6 | 9 | 12) {
        return Some(format!(
            "行政区划代码应为6位（县级）、9位（乡级）或12位（村级）数字，“{code}”不是，请核对。"
        ));
    }
    let province = &code[..2];
    let known = ("11"..="15").contains(&province)
        || ("21"..="23").contains(&province)
        || ("31"..="37").contains(&province)
        || ("41"..="46").contains(&province)
        || ("50"..="54").contains(&province)
        || ("61"..="65").contains(&province)
        || matches!(province, "71" | "81" | "82");
    (!known).then(|| format!("行政区划代码“{code}”的前两位“{province}”不是省级代码，请核对。"))
}

/// What is wrong with a mobile number.
pub fn mobile_fault(mobile: &str) -> Option<String> {
    let bytes = mobile.as_bytes();
    let good = bytes.len() == 11
        && bytes.iter().all(u8::is_ascii_digit)
        && bytes[0] == b'1'
        && (b'3'..=b'9').contains(&bytes[1]);
    (!good).then(|| format!("手机号“{mobile}”不是以1开头的11位数字，请核对；没有手机号可留空。"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fault: Option<String>, words: &str) {
        match fault {
            None => assert_eq!(words, ""),
            Some(fault) => assert!(!words.is_empty() && fault.contains(words), "{fault}"),
        }
    }

    #[test]
    fn a_credit_code_proves_itself() {
        // The example in the standard, and codes made up with their check digits.
        check(credit_code_fault("91350100M000100Y43"), "");
        check(credit_code_fault("91350100M000100Y34"), "校验码");
        check(credit_code_fault("91350100M000100Y4"), "有17位");
        check(credit_code_fault("91350100M0001O0Y43"), "第14位“O”");
        check(credit_code_fault("91350100m000100y43"), "小写");
        check(credit_code_fault("一二三四五六七八九十一二三四五六七八"), "第1位");
    }

    #[test]
    fn region_codes_and_mobile_numbers() {
        check(region_code_fault("522301"), "");
        check(region_code_fault("522301101"), "");
        check(region_code_fault("522301101203"), "");
        check(region_code_fault("5223"), "6位");
        check(region_code_fault("九九九九"), "6位");
        check(region_code_fault("992301"), "前两位“99”");
        check(mobile_fault("13800138000"), "");
        check(mobile_fault("1380013800"), "11位");
        check(mobile_fault("12800138000"), "11位");
        check(mobile_fault("１３８"), "11位");
    }
}

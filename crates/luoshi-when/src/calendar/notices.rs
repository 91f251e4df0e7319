use crate::calendar::Holiday::{
    self, DragonBoat, Labour, MidAutumn, National, NewYear, Qingming, Spring, Victory,
};

/// What the State Council's notice says about one year. Days are month × 100 + day; stretches off
/// hold the weekend days inside them.
pub(crate) struct Notice {
    pub(crate) year: i16,
    pub(crate) off: &'static [(Holiday, u16, u16)],
    /// Weekend days that are worked.
    pub(crate) work: &'static [u16],
}

/// The notices in force, year by year without a gap.
#[rustfmt::skip]
pub(crate) const NOTICES: &[Notice] = &[
    Notice { year: 2004, off: &[(NewYear, 101, 101), (Spring, 122, 128), (Labour, 501, 507), (National, 1001, 1007)], work: &[117, 118, 508, 509, 1009, 1010] },
    Notice { year: 2005, off: &[(NewYear, 101, 103), (Spring, 209, 215), (Labour, 501, 507), (National, 1001, 1007)], work: &[205, 206, 430, 508, 1008, 1009, 1231] },
    Notice { year: 2006, off: &[(NewYear, 101, 103), (Spring, 129, 204), (Labour, 501, 507), (National, 1001, 1007)], work: &[128, 205, 429, 430, 930, 1008, 1230, 1231] },
    Notice { year: 2007, off: &[(NewYear, 101, 103), (Spring, 218, 224), (Labour, 501, 507), (National, 1001, 1007), (NewYear, 1230, 1231)], work: &[217, 225, 428, 429, 929, 930, 1229] },
    Notice { year: 2008, off: &[(NewYear, 101, 101), (Spring, 206, 212), (Qingming, 404, 406), (Labour, 501, 503), (DragonBoat, 607, 609), (MidAutumn, 913, 915), (National, 929, 1005)], work: &[202, 203, 504, 927, 928] },
    Notice { year: 2009, off: &[(NewYear, 101, 103), (Spring, 125, 131), (Qingming, 404, 406), (Labour, 501, 503), (DragonBoat, 528, 530), (National, 1001, 1008), (MidAutumn, 1003, 1003)], work: &[104, 124, 201, 531, 927, 1010] },
    Notice { year: 2010, off: &[(NewYear, 101, 103), (Spring, 213, 219), (Qingming, 403, 405), (Labour, 501, 503), (DragonBoat, 614, 616), (MidAutumn, 922, 924), (National, 1001, 1007)], work: &[220, 221, 612, 613, 919, 925, 926, 1009] },
    Notice { year: 2011, off: &[(NewYear, 101, 103), (Spring, 202, 208), (Qingming, 403, 405), (Labour, 430, 502), (DragonBoat, 604, 606), (MidAutumn, 910, 912), (National, 1001, 1007)], work: &[130, 212, 402, 1008, 1009, 1231] },
    Notice { year: 2012, off: &[(NewYear, 101, 103), (Spring, 122, 128), (Qingming, 402, 404), (Labour, 429, 501), (DragonBoat, 622, 624), (MidAutumn, 930, 930), (National, 1001, 1007)], work: &[121, 129, 331, 401, 428, 929] },
    Notice { year: 2013, off: &[(NewYear, 101, 103), (Spring, 209, 215), (Qingming, 404, 406), (Labour, 429, 501), (DragonBoat, 610, 612), (MidAutumn, 919, 921), (National, 1001, 1007)], work: &[105, 106, 216, 217, 407, 427, 428, 608, 609, 922, 929, 1012] },
    Notice { year: 2014, off: &[(NewYear, 101, 101), (Spring, 131, 206), (Qingming, 405, 407), (Labour, 501, 503), (DragonBoat, 602, 602), (MidAutumn, 908, 908), (National, 1001, 1007)], work: &[126, 208, 504, 928, 1011] },
    Notice { year: 2015, off: &[(NewYear, 101, 103), (Spring, 218, 224), (Qingming, 405, 406), (Labour, 501, 501), (DragonBoat, 620, 622), (Victory, 903, 904), (MidAutumn, 927, 927), (National, 1001, 1007)], work: &[104, 215, 228, 906, 1010] },
    Notice { year: 2016, off: &[(NewYear, 101, 101), (Spring, 207, 213), (Qingming, 404, 404), (Labour, 501, 502), (DragonBoat, 609, 611), (MidAutumn, 915, 917), (National, 1001, 1007)], work: &[206, 214, 612, 918, 1008, 1009] },
    Notice { year: 2017, off: &[(NewYear, 101, 102), (Spring, 127, 202), (Qingming, 402, 404), (Labour, 501, 501), (DragonBoat, 528, 530), (National, 1001, 1008), (MidAutumn, 1004, 1004)], work: &[122, 204, 401, 527, 930] },
    Notice { year: 2018, off: &[(NewYear, 101, 101), (Spring, 215, 221), (Qingming, 405, 407), (Labour, 429, 501), (DragonBoat, 618, 618), (MidAutumn, 924, 924), (National, 1001, 1007), (NewYear, 1230, 1231)], work: &[211, 224, 408, 428, 929, 930, 1229] },
    Notice { year: 2019, off: &[(NewYear, 101, 101), (Spring, 204, 210), (Qingming, 405, 407), (Labour, 501, 504), (DragonBoat, 607, 609), (MidAutumn, 913, 915), (National, 1001, 1007)], work: &[202, 203, 428, 505, 929, 1012] },
    Notice { year: 2020, off: &[(NewYear, 101, 101), (Spring, 124, 202), (Qingming, 404, 406), (Labour, 501, 505), (DragonBoat, 625, 627), (National, 1001, 1008)], work: &[119, 426, 509, 628, 927, 1010] },
    Notice { year: 2021, off: &[(NewYear, 101, 103), (Spring, 211, 217), (Qingming, 403, 405), (Labour, 501, 505), (DragonBoat, 612, 614), (MidAutumn, 919, 921), (National, 1001, 1007)], work: &[207, 220, 425, 508, 918, 926, 1009] },
    Notice { year: 2022, off: &[(NewYear, 101, 103), (Spring, 131, 206), (Qingming, 403, 405), (Labour, 430, 504), (DragonBoat, 603, 605), (MidAutumn, 910, 912), (National, 1001, 1007), (NewYear, 1231, 1231)], work: &[129, 130, 402, 424, 507, 1008, 1009] },
    Notice { year: 2023, off: &[(NewYear, 101, 102), (Spring, 121, 127), (Qingming, 405, 405), (Labour, 429, 503), (DragonBoat, 622, 624), (MidAutumn, 929, 929), (National, 930, 1006), (NewYear, 1230, 1231)], work: &[128, 129, 423, 506, 625, 1007, 1008] },
    Notice { year: 2024, off: &[(NewYear, 101, 101), (Spring, 210, 217), (Qingming, 404, 406), (Labour, 501, 505), (DragonBoat, 610, 610), (MidAutumn, 915, 917), (National, 1001, 1007)], work: &[204, 218, 407, 428, 511, 914, 929, 1012] },
    Notice { year: 2025, off: &[(NewYear, 101, 101), (Spring, 128, 204), (Qingming, 404, 406), (Labour, 501, 505), (DragonBoat, 531, 602), (National, 1001, 1008), (MidAutumn, 1006, 1006)], work: &[126, 208, 427, 928, 1011] },
    Notice { year: 2026, off: &[(NewYear, 101, 103), (Spring, 215, 223), (Qingming, 404, 406), (Labour, 501, 505), (DragonBoat, 619, 621), (MidAutumn, 925, 927), (National, 1001, 1007)], work: &[104, 214, 228, 509, 920, 1010] },
];

use super::*;

fn rows(lines: &[&str]) -> Vec<Vec<String>> {
    lines.iter().map(|l| l.split('|').map(str::to_owned).collect()).collect()
}

fn directory() -> Directory {
    let header: Vec<String> = ["单位名称", "简称", "上级单位", "类别"].map(str::to_owned).to_vec();
    let rows = rows(&[
        "云岭县人民政府|县政府||部门",
        "云岭县应急管理局||云岭县人民政府|部门",
        "云岭县住房和城乡建设局|住建局|云岭县人民政府|部门",
        "云岭县乡村振兴局||云岭县人民政府|部门",
        "松坪镇||云岭县人民政府|乡镇",
        "石鼓乡||云岭县人民政府|乡镇",
        "松坪镇市场监督管理所||松坪镇|站所",
        "松坪镇派出所||松坪镇|站所",
        "石鼓乡派出所||石鼓乡|站所",
        "红石村||松坪镇|村",
        "云岭县第一小学||云岭县人民政府|学校",
        "松坪镇农业综合服务中心|农业服务中心|松坪镇|站所",
    ]);
    let (directory, problems) = Directory::from_rows(&header, &rows);
    assert_eq!(problems, []);
    directory
}

/// `=` a full name, `~` a short form, `?` suggestions, `*` many, `-` nothing.
fn check(name: &str, expect: &str) {
    let directory = directory();
    let names = |ids: Vec<usize>| {
        ids.into_iter().map(|i| directory.units()[i].name.as_str()).collect::<Vec<_>>().join("、")
    };
    let got = match directory.resolve(name) {
        Resolution::Exact(id) => format!("={}", names(vec![id])),
        Resolution::Short(id) => format!("~{}", names(vec![id])),
        Resolution::Suggest(ids) => format!("?{}", names(ids)),
        Resolution::Collective(_, ids) => format!("*{}", names(ids)),
        Resolution::Unknown => "-".to_owned(),
    };
    assert_eq!(got, expect, "{name}");
}

#[test]
fn names_are_resolved() {
    check("云岭县应急管理局", "=云岭县应急管理局");
    check("县政府", "~云岭县人民政府");
    check("住建局", "~云岭县住房和城乡建设局");
    // The place left out, or only its level said.
    check("县应急管理局", "~云岭县应急管理局");
    check("应急管理局", "~云岭县应急管理局");
    check("乡村振兴局", "~云岭县乡村振兴局");
    check("城乡建设局", "?云岭县住房和城乡建设局");
    // The same name in two towns, told apart by the level or not at all.
    check("镇派出所", "~松坪镇派出所");
    check("派出所", "?松坪镇派出所、石鼓乡派出所");
    // A unit of another level is not silently taken.
    check("市应急管理局", "?云岭县应急管理局");
}

#[test]
fn short_forms_and_misspellings_are_suggested() {
    check("应急局", "?云岭县应急管理局");
    check("市管所", "?松坪镇市场监督管理所");
    check("县应急管埋局", "?云岭县应急管理局");
    check("应急管理理局", "?云岭县应急管理局");
    check("县理应急管局", "?云岭县应急管理局");
    check("农业服务中兴", "?松坪镇农业综合服务中心");
    check("县气象局", "-");
    check("红山村", "-");
    check("张建国", "-");
}

#[test]
fn collective_words_expand_by_kind() {
    check("各乡镇", "*松坪镇、石鼓乡");
    check("各村", "*红石村");
    check("各学校", "*云岭县第一小学");
    check("各有关单位", "*");
}

#[test]
fn faults_of_the_list_are_told() {
    let header = vec!["名称".to_owned(), "简称".to_owned(), "上级".to_owned(), "类型".to_owned()];
    let check = |lines: &[&str], expect: &[&str]| {
        let (_, problems) = Directory::from_rows(&header, &rows(lines));
        let got: Vec<String> = problems.into_iter().map(|p| p.message).collect();
        assert_eq!(got, expect);
    };
    check(&["县教育局|||", "县教育局|||"], &["第3行的单位“县教育局”重复，已跳过。"]);
    check(&["|教育局||"], &["第2行没有单位名称，已跳过。"]);
    check(&["县文化馆||县文旅局|"], &["第2行“县文化馆”的上级单位“县文旅局”不在名录中。"]);
    check(&["县文化馆|||舞台"], &["第2行的类别“舞台”无法识别，按单位名称判断。"]);
    check(&["甲镇||乙镇|", "乙镇||甲镇|"], &["第3行“乙镇”与上级单位“甲镇”互为上级，已忽略。"]);
    check(&["县发展局|发局||", "县发电局|发局||"], &["简称“发局”同时指县发展局、县发电局，使用时无法区分。"]);
    // A title above the head and an empty row: the rows are told as the file counts them.
    let table = [(1, vec!["单位名录"]), (3, vec!["单位全称"]), (4, vec!["县教育局"]), (6, vec!["县教育局"])];
    let (directory, problems) = Directory::from_table(&table);
    assert_eq!((directory.units().len(), problems[0].row), (1, 6));
    assert_eq!(problems[0].message, "第6行的单位“县教育局”重复，已跳过。");
    let (empty, problems) = Directory::from_rows(&["电话"], &[vec!["1"]]);
    assert!(empty.units().is_empty());
    assert_eq!(problems.len(), 1);
}

#[test]
fn the_kind_is_read_from_the_name_where_no_column_says_it() {
    let (directory, _) = Directory::from_rows(
        &["单位"],
        &[vec!["青竹街道"], vec!["白龙社区"], vec!["县气象局"], vec!["育才小学"], vec!["华晟有限公司"]],
    );
    let kinds: Vec<Collective> = directory.units().iter().map(|u| u.kind).collect();
    use Collective::{Department, Enterprise, School, Township, Village};
    assert_eq!(kinds, [Township, Village, Department, School, Enterprise]);
}

#[test]
fn parties_of_a_plan_are_filled_in() {
    let doc = luoshi_text::Document::from_lines(
        "一、主要任务\n（一）排查隐患。由县应急局牵头，县应急管理局配合，6月底前完成。\n（二）建好台账。各乡镇要在7月底前建好台账。",
    );
    let options = crate::Options::new(None, jiff::civil::date(2026, 1, 5));
    let mut plan = crate::compile(&doc, &options).plans.remove(0);
    let missing = directory().apply(&mut plan);
    let told: Vec<(&str, &[String])> =
        missing.iter().map(|m| (m.name.as_str(), m.suggestions.as_slice())).collect();
    assert_eq!(told, [("县应急局", ["云岭县应急管理局".to_owned()].as_slice())]);
    assert_eq!(plan.tasks[0].support[0].resolved.as_deref(), Some("云岭县应急管理局"));
    assert_eq!(plan.tasks[1].responsible[0].resolved, None);
}

#[test]
fn five_thousand_units_are_no_trouble() {
    let rows: Vec<Vec<String>> = (0..5000).map(|i| vec![format!("第{i}镇第{i}村民委员会办公室")]).collect();
    let (directory, problems) = Directory::from_rows(&["名称".to_owned()], &rows);
    assert_eq!(problems, []);
    for i in 0..200 {
        assert!(!matches!(directory.resolve(&format!("第{i}村委员会办公室")), Resolution::Exact(_)));
    }
}

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// Published by Telegram in this format: the chart contest of 2019, shortened.
const PUBLISHED: &str = r##"{"columns":[["x",1542412800000,1542499200000,1542585600000],["y0",50,73,52],
    ["y1",60,29,36]],"types":{"y0":"line","y1":"line","x":"x"},"names":{"y0":"#0","y1":"#1"},
    "colors":{"y0":"#3DC23F","y1":"#F34C44"}}"##;

fn error(json: &str) -> String {
    let error = Graph::parse(json).unwrap_err();
    let text = error.to_string();
    assert!(!text.contains('\n'), "{text}");
    text
}

#[test]
fn what_telegram_published_is_read() {
    let graph = Graph::parse(PUBLISHED).unwrap();
    assert_eq!(graph.x_kind, XKind::Millis);
    assert_eq!(graph.x, [1_542_412_800_000, 1_542_499_200_000, 1_542_585_600_000]);
    assert_eq!(graph.columns[1].values, [60, 29, 36].map(Value::Integer));
    assert_eq!((graph.columns[1].name.as_str(), graph.columns[1].colour_key.as_deref()), ("#1", None));
}

#[test]
fn keys_of_newer_servers_are_passed_over() {
    let graph = Graph::parse(
        r##"{"columns":[["x",1725148800000,1725235200000],["y0",120,null]],"types":{"y0":"bar","x":"x"},
        "names":{"y0":"Joined"},"colors":{"y0":"GREEN#3DC23F"},"hidden":[],"stacked":true,"new_key":{"a":[1]},
        "subchart":{"show":true,"defaultZoom":[1725148800000,1725235200000]},
        "xTooltipFormatter":"statsTooltipFormat('week')","yTickFormatter":"statsFormatAmountFn('TON', 9)"}"##,
    )
    .unwrap();
    assert_eq!(graph.columns[0].colour_key.as_deref(), Some("green"));
    assert_eq!(graph.columns[0].values, [Value::Integer(120), Value::Null]);
    assert_eq!((graph.stacked, graph.weekly, graph.currency), (true, true, Some(UnitCode::Ton)));
}

#[test]
fn a_currency_graph_without_types_is_read() {
    let graph =
        Graph::parse(r#"{"columns":[["x",1725148800000],["revenue",5]],"yTickFormatter":"XTR"}"#).unwrap();
    assert_eq!((graph.currency, graph.columns[0].kind), (Some(UnitCode::Stars), ColumnKind::Line));
}

#[test]
fn hours_of_the_day_are_told_from_times() {
    let hours = r#"{"columns":[["x",0,23],["y0",1,2]],"xTickFormatter":"statsFormatDayHour"}"#;
    assert_eq!(Graph::parse(hours).unwrap().x_kind, XKind::HourOfDay);
    assert_eq!(
        error(&hours.replace("23", "24")),
        "the x column counts hours of the day, but value 2 is 24, not 0 to 23"
    );
}

#[test]
fn integers_stay_exact_and_fractions_stay_fractions() {
    let lines = to_ndjson(
        r#"{"columns":[["x",9007199254740993],["y0",9223372036854775807],["y1",-9223372036854775808],["y2",0.1],
        ["y3",null],["y4",1e21]],"names":{"y0":"Joined \"now\"\n"}}"#,
    )
    .unwrap();
    assert_eq!(
        lines.lines().collect::<Vec<_>>(),
        [
            r#"{"series":"y0","name":"Joined \"now\"\n","at":9007199254740993,"value":9223372036854775807}"#,
            r#"{"series":"y1","name":"y1","at":9007199254740993,"value":-9223372036854775808}"#,
            r#"{"series":"y2","name":"y2","at":9007199254740993,"value":0.1}"#,
            r#"{"series":"y3","name":"y3","at":9007199254740993,"value":null}"#,
            r#"{"series":"y4","name":"y4","at":9007199254740993,"value":1e+21}"#,
        ]
    );
}

#[test]
fn rows_are_printed_in_the_order_of_x() {
    let lines = to_ndjson(r#"{"columns":[["y0",1,2,3],["x",300,100,200]]}"#).unwrap();
    let at: Vec<_> = lines.lines().map(|line| line.split("\"at\":").nth(1).unwrap()).collect();
    assert_eq!(at, [r#"100,"value":2}"#, r#"200,"value":3}"#, r#"300,"value":1}"#]);
}

#[test]
fn each_fault_is_named_in_one_sentence() {
    let long = "a".repeat(1 << 20);
    let deep = format!(r#"{{"columns":[["x",100],["y0",{}1{}]]}}"#, "[".repeat(5000), "]".repeat(5000));
    let wide = json!({"columns": (0..1025).map(|n| vec![json!(format!("y{n}"))]).collect::<Vec<_>>()});
    for (json, sentence) in [
        ("", "the text is not a chart: EOF while parsing a value at line 1 column 0"),
        ("[]", "the text is not a chart: a chart is an object"),
        (
            r#"[[["x",1],["y0",2]],{},{},{},null,null,null,null,null,null]"#,
            "the text is not a chart: a chart is an object",
        ),
        ("{}", "the text is not a chart: missing field `columns` at line 1 column 2"),
        (r#"{"columns":[]}"#, "the chart has no columns"),
        (r#"{"columns":[["x",1],[]]}"#, "column 2 is empty: it should begin with its label"),
        (r#"{"columns":[[1,2]]}"#, "column 1 begins with a value instead of its label"),
        (r#"{"columns":[["x",1],["x",1]]}"#, "two columns have the label “x”"),
        (r#"{"columns":[["y0",1],["y1",1]]}"#, "the chart has no x column"),
        (
            r#"{"columns":[["x",1],["z",1]],"types":{"x":"x","z":"x"}}"#,
            "the chart has two x columns, “x” and “z”",
        ),
        (r#"{"columns":[["x",1]]}"#, "the chart has an x column and nothing else"),
        (r#"{"columns":[["x"],["y0"]]}"#, "the columns of the chart are empty: not a single point"),
        (
            r#"{"columns":[["x",1],["y0",1]],"types":{"y0":"pie"}}"#,
            "column “y0” has the unknown type “pie”; known are line, area, step, bar and x",
        ),
        (r#"{"columns":[["x",1,2],["y0",1]]}"#, "the columns differ in length: “x” has 2 values, “y0” has 1"),
        (r#"{"columns":[["x",1],["y0","1"]]}"#, "value 1 of column “y0” is a text, not a number"),
        (r#"{"columns":[["x",1],["y0",[1]]]}"#, "value 1 of column “y0” is a list, not a number"),
        (r#"{"columns":[["x",1],["y0",9223372036854775808]]}"#, "value 1 of column “y0” is beyond 64 bits"),
        (r#"{"columns":[["x",1],["y0",1e999]]}"#, "value 1 of column “y0” is beyond 64 bits"),
        (r#"{"columns":[["x",1.5],["y0",1]]}"#, "value 1 of the x column is not a whole number"),
        (r#"{"columns":[["x",null],["y0",1]]}"#, "value 1 of the x column is not a whole number"),
        (r#"{"columns":[["x",-1],["y0",1]]}"#, "value 1 of the x column, -1, is negative"),
        (r#"{"columns":[["x",5,7,5],["y0",1,2,3]]}"#, "the x column holds 5 twice"),
        (r#"{"columns":[["x",1],["y0",NaN]]}"#, "line 1, column 27 holds NaN, which is not a number"),
        (
            r#"{"columns":[["x",1],["y0",-Infinity]]}"#,
            "line 1, column 28 holds Infinity, which is not a number",
        ),
        (
            &format!(r#"{{"columns":[["x",1],["y0",1]],"names":{{"y0":"{long}"}}}}"#),
            "a name of column 2 is 1048576 bytes long; at most 4096 are read",
        ),
        (&deep, "the text is not a chart: recursion limit exceeded at line 1 column 153"),
        (&wide.to_string(), "the chart has 1025 columns; at most 1024 are read"),
    ] {
        assert_eq!(error(json), sentence, "{}", &json[..json.len().min(80)]);
    }
}

#[test]
fn names_become_keys_that_differ() {
    let graph = Graph::parse(
        r#"{"columns":[["x",100],["y0",1],["y1",1],["y2",1],["y3",1]],
        "names":{"y0":"Private Chats","y1":"private  chats!","y2":"👍","y3":"Русский"}}"#,
    )
    .unwrap();
    let keys: Vec<_> = (0..4).map(|index| dimension(&graph, index).unwrap()).collect();
    assert_eq!(keys, ["private_chats", "private_chats_y1", "y2", "русский"]);
    assert_eq!(dimension(&graph, 4), None);
}

fn to_json(graph: &Graph) -> String {
    let value = |value: &Value| match *value {
        Value::Integer(value) => json!(value),
        Value::Float(value) => json!(value),
        Value::Null => json!(null),
    };
    let mut columns =
        vec![std::iter::once(json!("x")).chain(graph.x.iter().map(|x| json!(x))).collect::<Vec<_>>()];
    let (mut types, mut names) = (json!({"x": "x"}), json!({}));
    for column in &graph.columns {
        columns.push(std::iter::once(json!(column.id)).chain(column.values.iter().map(value)).collect());
        types[&column.id] = json!(match column.kind {
            ColumnKind::Line => "line",
            ColumnKind::Area => "area",
            ColumnKind::Step => "step",
            ColumnKind::Bar => "bar",
        });
        names[&column.id] = json!(column.name);
    }
    json!({"columns": columns, "types": types, "names": names, "stacked": graph.stacked}).to_string()
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::Integer),
        any::<f64>().prop_filter("finite", |value| value.is_finite()).prop_map(Value::Float),
        Just(Value::Null),
    ]
}

fn any_graph() -> impl Strategy<Value = Graph> {
    (proptest::collection::btree_set(24..i64::MAX, 1..20), 1..60_usize).prop_flat_map(|(x, width)| {
        let x: Vec<i64> = x.into_iter().collect();
        let kind = prop_oneof![
            Just(ColumnKind::Line),
            Just(ColumnKind::Area),
            Just(ColumnKind::Step),
            Just(ColumnKind::Bar)
        ];
        let column = ("\\PC{0,20}", kind, proptest::collection::vec(any_value(), x.len()));
        (proptest::collection::vec(column, width), any::<bool>()).prop_map(move |(columns, stacked)| Graph {
            x: x.clone(),
            x_kind: XKind::Millis,
            columns: columns
                .into_iter()
                .enumerate()
                .map(|(n, (name, kind, values))| Column {
                    id: format!("y{n}"),
                    name,
                    colour_key: None,
                    kind,
                    values,
                })
                .collect(),
            percentage: false,
            stacked,
            y_scaled: false,
            weekly: false,
            currency: None,
        })
    })
}

#[test]
fn no_name_has_nul_in_it() {
    let json = r#"{"columns":[["x",0],["y0",1]],"names":{"y0":"a\u0000b"}}"#;
    assert_eq!(Graph::parse(json).unwrap().columns[0].name, "a\u{fffd}b");
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in ".*") {
        let _ = to_ndjson(&text);
    }

    #[test]
    fn no_chart_is_too_strange(text in r#"\{"columns":\[(\["(x|y0|)"(,(-?[0-9]{1,20}(\.[0-9])?|null|NaN|\[|"a"|1e9+))*\],?)*\](,"types":\{"(x|y0)":"(x|line|pie)"\})?\}"#) {
        let _ = to_ndjson(&text);
    }

    #[test]
    fn a_cut_chart_is_refused_and_not_a_panic(cut in 0..PUBLISHED.len() - 1) {
        prop_assert!(Graph::parse(&PUBLISHED[..cut]).is_err());
    }

    #[test]
    fn what_was_written_reads_back(graph in any_graph()) {
        prop_assert_eq!(Graph::parse(&to_json(&graph)), Ok(graph));
    }
}

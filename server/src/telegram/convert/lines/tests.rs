use super::*;

const TWO: Shape = Shape::Two([(Metric::Joined, "Joined"), (Metric::Left, "Left")]);

fn chart(x: &str, columns: &str, names: &str) -> String {
    format!(r#"{{"columns":[["x",{x}],{columns}],"names":{{{names}}}}}"#)
}

const DAYS: &str = "1725148800000,1725235200000";

#[test]
fn columns_are_found_by_name_before_position() {
    let json = chart(DAYS, r#"["y0",7,11],["y1",120,98]"#, r#""y0":"Left","y1":"Joined""#);
    let read = TWO.read(&json).unwrap();
    assert_eq!(read[0].metric, Metric::Joined);
    assert_eq!(read[0].lines[0].points[1], (At::Day(jiff::civil::date(2024, 9, 2)), 98));
    let json = chart(DAYS, r#"["y0",7,11],["y1",120,98]"#, r#""y0":"Вступили","y1":"Вышли""#);
    assert_eq!(TWO.read(&json).unwrap()[0].lines[0].points[0].1, 7);
}

#[test]
fn unknown_stays_unknown() {
    let json = chart(DAYS, r#"["y0",null,3]"#, "");
    let read = Shape::One(Metric::Subscribers).read(&json).unwrap();
    assert_eq!(read[0].lines[0].points, [(At::Day(jiff::civil::date(2024, 9, 2)), 3)]);
}

#[test]
fn dimensions_have_english_keys() {
    let json = chart(DAYS, r#"["y0",1,2],["y1",3,4]"#, r#""y0":"Similar Channels","y1":"URL""#);
    let read = Shape::Named(Metric::JoinedBySource).read(&json).unwrap();
    let keys: Vec<_> = read[0].lines.iter().map(|line| line.dimension.as_str()).collect();
    assert_eq!(keys, ["similar_channels", "url"]);
}

#[test]
fn a_name_that_is_not_english_would_be_a_second_series() {
    let read = |shape: Shape, names: [&str; 2]| {
        let names = format!(r#""y0":"{}","y1":"{}""#, names[0], names[1]);
        shape.read(&chart(DAYS, r#"["y0",1,2],["y1",3,4]"#, &names)).map_err(|error| error.to_string())
    };
    let sources = Shape::Named(Metric::ViewsBySource);
    let error = read(sources, ["URL", "Подписчики"]).unwrap_err();
    assert_eq!(error, "“Подписчики” is not the English name of a column of views_by_source");
    for names in [["Kanäle", "Suche"], ["Búsqueda", "PM"], ["频道", "搜索"]] {
        assert!(read(sources, names).is_err(), "{names:?}");
    }
    assert!(read(sources, ["Similar Channels", "PM – Other"]).is_ok());
    let languages = Shape::Named(Metric::Languages);
    assert!(read(languages, ["Norwegian Bokmål", "Portuguese (Brazil)"]).is_ok());
    assert!(read(languages, ["English", "Русский"]).is_err());
    // What stands in its place is known whatever it is called.
    assert_eq!(read(TWO, ["Вступили", "Вышли"]).unwrap()[1].metric, Metric::Left);
}

#[test]
fn hours_of_a_day_are_moments() {
    let json = chart("1725148800000,1725152400000", r#"["y0",7,11],["y1",120,98]"#, "");
    let read = TWO.read_hours(&json).unwrap();
    let second = At::Instant("2024-09-01T01:00:00Z".parse().unwrap());
    assert_eq!((read[0].lines[0].points[1], read[1].lines[0].points[1]), ((second, 11), (second, 98)));
    let json = chart("1725148800000,1725150600000", r#"["y0",7,11],["y1",120,98]"#, "");
    let error = TWO.read_hours(&json).unwrap_err().to_string();
    assert_eq!(error, "the point 1725150600000 is not the beginning of an hour");
    assert!(TWO.read_hours(&chart("0,1", r#"["y0",7,11],["y1",120,98]"#, "")).is_err());
}

#[test]
fn what_does_not_fit_is_refused_with_a_reason() {
    for (shape, json, reason) in [
        (TWO, chart(DAYS, r#"["y0",7,11]"#, ""), "the chart has 1 columns; left needs 2"),
        (
            Shape::One(Metric::Subscribers),
            chart("0,1", r#"["y0",7,11]"#, ""),
            "the chart counts hours of the day, where subscribers counts days",
        ),
        (
            Shape::Positions(Metric::ViewsByHour),
            chart(DAYS, r#"["y0",7,11]"#, ""),
            "the chart counts times, where views_by_hour counts hours of the day",
        ),
        (
            Shape::One(Metric::Subscribers),
            chart("1725148800001,1725235200000", r#"["y0",7,11]"#, ""),
            "the point 1725148800001 is not the beginning of a UTC day",
        ),
        (
            Shape::One(Metric::Subscribers),
            chart("86400000000000000", r#"["y0",7]"#, ""),
            "the point 86400000000000000 is beyond the calendar",
        ),
        (
            Shape::One(Metric::AdRevenue),
            chart(DAYS, r#"["y0",7,1.0]"#, ""),
            "“y0” holds 1, which is not a whole number",
        ),
        (
            Shape::One(Metric::AdRevenue),
            r#"{"columns":[["x",1725148800000],["y0",1]],"yTickFormatter":"statsFormatAmountFn('XTR')"}"#
                .to_owned(),
            "the chart is in XTR, not in TON",
        ),
        (
            Shape::One(Metric::Subscribers),
            "{".to_owned(),
            "the text is not a chart: EOF while parsing an object at line 1 column 1",
        ),
    ] {
        assert_eq!(shape.read(&json).unwrap_err().to_string(), reason);
    }
}

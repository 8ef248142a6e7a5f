//! Many URLs: bounds that hold as the server counts them, every URL accounted for, and nothing left behind.

mod fetch_support;

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use async_std::task::{block_on, sleep};
use fetch_support::{impatient, until, watched};
use futures::{FutureExt, StreamExt};
use yieldfrom::fetch::{DemoServer, Ending, Event, Failure, FetchError, Fetched, Fetcher};

fn limit(n: usize) -> NonZeroUsize {
    NonZeroUsize::new(n).unwrap()
}

fn text(fetched: &Fetched) -> String {
    fetched.result.as_ref().unwrap().text().into_owned()
}

#[test]
fn ten_thousand_are_all_accounted_for() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let fetcher = Fetcher::builder().limit(limit(256)).build();
        let mut seen = HashSet::new();
        block_on(async {
            let mut pages = fetcher.stream((0..10_000).map(|n| server.url(&format!("/together/256?{n}"))));
            while let Some(fetched) = pages.next().await {
                assert!(fetched.url.ends_with(&format!("?{}", fetched.index)));
                assert_eq!((text(&fetched).as_str(), fetched.tries, fetched.hops), ("256 together\n", 1, 0));
                assert!(seen.insert(fetched.index), "{} came twice", fetched.index);
            }
        });
        assert_eq!(seen.len(), 10_000);
        let counts = server.counts();
        assert_eq!((counts.requests, counts.most_in_flight), (10_000, 256));
        assert!(counts.connections <= 256, "{counts:?}");
    });
}

#[test]
fn gather_keeps_the_order_of_the_input() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        // The longest first, so that they end in reverse.
        let times = [150, 120, 90, 60, 30];
        let urls = times.map(|time| server.url(&format!("/delay/{time}")));
        let all = block_on(Fetcher::new().gather(urls));
        let expected = times.map(|time| format!("waited {time} ms\n"));
        assert_eq!(all.iter().map(text).collect::<Vec<_>>(), expected);
        assert!(all.is_sorted_by(|one, next| one.ended > next.ended));
        assert_eq!(server.counts().most_in_flight, 5);
    });
}

#[test]
fn nothing_to_fetch() {
    watched(|| {
        let fetcher = Fetcher::new();
        let none = || std::iter::empty::<String>();
        assert_eq!(block_on(fetcher.stream(none()).count()), 0);
        assert_eq!(block_on(fetcher.gather(none())).len(), 0);
        for run in
            [fetcher.one_after_another(none()), fetcher.on_threads(limit(3), none()), fetcher.at_once(none())]
        {
            assert_eq!((run.fetched.len(), run.report.spans.len(), run.report.in_flight_max), (0, 0, 0));
        }
    });
}

#[test]
fn three_strategies_one_report() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let urls: Vec<String> =
            ["/delay/60", "/delay/40", "/status/404", "bad", "/redirect/2", "/fault/close"]
                .map(|path| if path == "bad" { path.to_owned() } else { server.url(path) })
                .into();
        let fetcher = Fetcher::builder().retries(0).build();
        let serial = fetcher.one_after_another(&urls);
        let threads = fetcher.on_threads(limit(3), &urls);
        let at_once = fetcher.at_once(&urls);
        // Five of the six: what is no URL is done before the next one starts.
        for (run, most, on) in [(&serial, 1, 1), (&threads, 3, 3), (&at_once, 5, 1)] {
            let report = &run.report;
            assert_eq!((report.in_flight_max, report.threads), (most, on), "{}", report.strategy);
            let endings: Vec<Ending> = report.spans.iter().map(|span| span.ending).collect();
            let page = |status| Ending::Page { status };
            let failed = |kind| Ending::Failed { kind };
            assert_eq!(
                endings,
                [page(200), page(200), page(404), failed("bad url"), page(200), failed("cut short")]
            );
            assert_eq!(report.spans.iter().map(|span| span.hops).collect::<Vec<_>>(), [0, 0, 0, 0, 2, 0]);
            assert!(report.spans.iter().all(|span| span.started <= span.ended && span.ended <= report.total));
            assert_eq!(report.spans[0].bytes, "waited 60 ms\n".len() as u64);
        }
        // One begins when the other has ended; or all begin before the first has ended.
        assert!(serial.report.spans.is_sorted_by(|one, next| one.ended <= next.started));
        assert!(at_once.report.spans[..2].iter().all(|span| span.started < at_once.report.spans[0].ended));
        assert!(at_once.report.total < serial.report.total);
    });
}

#[test]
fn the_limit_per_host_holds_up_no_other_host() {
    watched(|| {
        let fetcher = Fetcher::builder().limit(limit(10)).limit_per_host(limit(3)).build();
        type Strategy<'a> = &'a dyn Fn(&[String]) -> Vec<Fetched>;
        let strategies: [Strategy<'_>; 3] = [
            &|urls| fetcher.at_once(urls).fetched,
            &|urls| fetcher.on_threads(limit(10), urls).fetched,
            &|urls| block_on(fetcher.stream(urls).collect()),
        ];
        for strategy in strategies {
            // Eight for one host, and only then the other: with a place in all for each that waits, the first would
            // keep the second out, and there would never be six together.
            let server = DemoServer::start().unwrap();
            let urls: Vec<String> = (0..16)
                .map(|n| if n < 8 { server.url("/together/6") } else { server.url_by_name("/together/6") })
                .collect();
            let fetched = strategy(&urls);
            assert_eq!(fetched.len(), 16);
            assert!(fetched.iter().all(|one| text(one) == "6 together\n"));
            assert_eq!(server.counts().most_in_flight, 6);
            for host in [server.address().to_string(), format!("localhost:{}", server.address().port())] {
                let counts = server.counts_for_host(&host);
                assert_eq!((counts.requests, counts.most_in_flight), (8, 3), "{host}");
            }
        }
    });
}

#[test]
fn an_endless_generator_is_pulled_as_room_comes() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let pulled = Cell::new(0);
        let url = server.url("/bytes/1");
        let endless = std::iter::from_fn(|| {
            pulled.set(pulled.get() + 1);
            Some(url.clone())
        });
        let fetcher = Fetcher::builder().limit(limit(4)).build();
        block_on(async {
            let mut pages = fetcher.stream(endless);
            assert_eq!(pulled.get(), 0, "nothing starts before it is asked for");
            for taken in 1..=100 {
                assert_eq!(text(&pages.next().await.unwrap()), "a");
                assert!(pulled.get() <= taken + 4, "{} pulled, {taken} taken", pulled.get());
            }
        });
    });
}

/// Memory is constant when what was pulled and not yet handed over is bounded: here by the limit, at every moment
/// of a million.
#[test]
fn a_million_urls_in_the_room_for_eight() {
    watched(|| {
        let pulled = Cell::new(0_usize);
        let urls = (0..1_000_000).map(|_| {
            pulled.set(pulled.get() + 1);
            "not a url"
        });
        let fetcher = Fetcher::builder().limit(limit(8)).build();
        block_on(async {
            let mut pages = fetcher.stream(urls);
            let mut taken = 0;
            while let Some(fetched) = pages.next().await {
                taken += 1;
                assert_eq!(fetched.result.unwrap_err().kind(), "bad url");
                assert!(pulled.get() - taken <= 8);
            }
            assert_eq!(taken, 1_000_000);
        });
    });
}

#[test]
fn those_that_wait_for_a_host_are_bounded_too() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let pulled = Cell::new(0_usize);
        let urls = std::iter::from_fn(|| {
            pulled.set(pulled.get() + 1);
            Some(server.url("/bytes/1"))
        });
        let fetcher = Fetcher::builder().limit(limit(8)).limit_per_host(limit(1)).build();
        block_on(async {
            let mut pages = fetcher.stream(urls);
            for taken in 1..=50 {
                pages.next().await.unwrap();
                assert!(pulled.get() <= taken + 16, "{} pulled, {taken} taken", pulled.get());
            }
        });
        assert_eq!(server.counts().most_in_flight, 1);
    });
}

/// A fetcher, and what waits until so many fetches have ended, whoever polls them, and says which.
fn telling(n: usize) -> (Fetcher, impl Fn(usize) -> Vec<usize>) {
    let (tell, done) = mpsc::channel();
    let observer = move |event: Event<'_>| {
        if let Event::Done(fetched) = event {
            let _ = tell.send(fetched.index);
        }
    };
    let ended = move |n| {
        let mut ended: Vec<usize> =
            (0..n).map(|_| done.recv_timeout(Duration::from_secs(5)).unwrap()).collect();
        ended.sort_unstable();
        ended
    };
    (Fetcher::builder().limit(limit(n)).observer(observer).build(), ended)
}

#[test]
fn a_slow_consumer_stalls_nobody() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let (fetcher, ended) = telling(8);
        let mut pages = fetcher.stream((0..40).map(|n| server.url(&format!("/together/8?{n}"))));
        block_on(pages.next());
        // Nobody polls the stream now. What is under way is answered all the same, with results kept for later; and
        // no more than there is room for are started.
        assert_eq!(ended(9), (0..9).collect::<Vec<_>>());
        assert_eq!((server.counts().requests, server.counts().in_flight), (9, 0));
        assert_eq!(block_on(pages.count()), 39);
        assert_eq!(server.counts().most_in_flight, 8);
    });
}

#[test]
fn answers_on_old_connections_find_their_fetch_while_the_consumer_is_away() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let (fetcher, ended) = telling(6);
        let warm = (0..6).map(|n| format!("/together/6?{n}"));
        let paths = warm.chain([40, 100, 100, 150, 150, 200].map(|delay| format!("/delay/{delay}")));
        let mut pages = fetcher.stream(paths.map(|path| server.url(&path)));
        block_on(async {
            for _ in 0..7 {
                assert!(pages.next().await.is_some());
            }
        });
        // Nothing but their own answers can bring the others forward: no connection is made, nobody polls, no timer
        // rings.
        assert_eq!(ended(12), (0..12).collect::<Vec<_>>());
        assert_eq!(server.counts().connections, 6);
        assert_eq!(block_on(pages.count()), 5);
    });
}

#[test]
fn dropping_the_stream_closes_the_connections() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let fetcher = Fetcher::builder().limit(limit(20)).build();
        block_on(async {
            let urls = std::iter::once("/bytes/1").chain(std::iter::repeat("/fault/never"));
            let mut pages = fetcher.stream(urls.map(|path| server.url(path)));
            assert_eq!(text(&pages.next().await.unwrap()), "a");
            until("twenty are in flight", || server.counts().in_flight == 20);
        });
        until("none is in flight", || server.counts().in_flight == 0);
        // One may wait in the pool.
        until("their connections are closed", || server.counts().open <= 1);
        assert_eq!(block_on(fetcher.fetch(server.url("/bytes/3"))).unwrap().text(), "abc");
        drop(fetcher);
        until("the pool is closed with its fetcher", || server.counts().open == 0);
    });
}

#[test]
fn dropping_a_fetch_closes_its_connection() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let fetcher = Fetcher::new();
        block_on(async {
            for path in ["/fault/never", "/fault/stall-head", "/fault/stall-body", "/fault/endless-trailers"]
            {
                let mut fetch = fetcher.fetch(server.url(path)).fuse();
                futures::select! {
                    result = fetch => assert_eq!(result.unwrap_err().kind(), "malformed"),
                    () = sleep(Duration::from_millis(50)).fuse() => {}
                }
                drop(fetch);
                until("it is not in flight", || server.counts().in_flight == 0);
                let page = fetcher.fetch(server.url("/bytes/4")).await.unwrap();
                assert_eq!(page.text(), "abcd");
            }
        });
    });
}

#[test]
fn what_may_be_repeated_is_repeated() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let fetcher = Fetcher::builder().backoff(Duration::from_millis(5)).retries(2).build();
        let paths =
            ["/flaky/1/503", "/flaky/2/502", "/flaky/3/504", "/flaky/1/500", "/flaky/1/404", "/bytes/1"];
        let run = fetcher.at_once(paths.map(|path| server.url(path)));
        let seen: Vec<(u32, u16)> =
            run.fetched.iter().map(|one| (one.tries, one.result.as_ref().unwrap().status)).collect();
        assert_eq!(seen, [(2, 200), (3, 200), (3, 504), (1, 500), (1, 404), (1, 200)]);
        for (path, (tries, _)) in paths.iter().zip(seen) {
            assert_eq!(server.counts_for_path(path).requests, tries as usize, "{path}");
        }
        assert!(run.report.spans.iter().zip(&run.fetched).all(|(span, one)| span.tries == one.tries));
    });
}

#[test]
fn a_refused_connection_is_tried_again() {
    watched(|| {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let fetcher = Fetcher::builder().backoff(Duration::from_millis(5)).retries(3).build();
        let run = fetcher.at_once([format!("http://127.0.0.1:{port}/")]);
        assert_eq!(run.fetched[0].tries, 4);
        assert!(matches!(run.fetched[0].result.as_ref().map_err(FetchError::failure), Err(Failure::Refused)));
    });
}

#[test]
fn what_may_not_be_repeated_is_not() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let fetcher = impatient().backoff(Duration::from_millis(5)).retries(3).build();
        let paths =
            ["/fault/close", "/fault/garbage", "/fault/never", "/fault/stall-body", "/fault/close-length"];
        let run = fetcher.at_once(paths.map(|path| server.url(path)));
        for (one, path) in run.fetched.iter().zip(paths) {
            assert_eq!((one.tries, server.counts_for_path(path).requests), (1, 1), "{path}");
            assert!(one.result.is_err());
        }
    });
}

#[test]
fn retry_after_is_heeded_within_the_deadline() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let fetcher =
            Fetcher::builder().timeout(Duration::from_secs(4)).backoff(Duration::from_millis(1)).build();
        let run = fetcher.at_once([server.url("/busy/1"), server.url("/busy/100")]);
        let [patient, given_up] = &run.fetched[..] else { panic!("{run:?}") };
        assert_eq!((patient.tries, patient.result.as_ref().unwrap().status), (2, 200));
        assert!(patient.ended - patient.started >= Duration::from_secs(1));
        // A hundred seconds are more than there are: the answer that came is the outcome, at once.
        assert_eq!((given_up.tries, given_up.result.as_ref().unwrap().status), (1, 429));
        assert!(given_up.ended < patient.ended);
    });
}

#[test]
fn one_deadline_covers_redirects_and_tries() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let fetcher = Fetcher::builder()
            .timeout(Duration::from_millis(300))
            .backoff(Duration::from_millis(1))
            .redirects(1000)
            .retries(1_000_000)
            .build();
        let run = fetcher.at_once([server.url("/loop"), server.url("/flaky/1000000/503")]);
        for one in &run.fetched {
            assert!(one.ended - one.started < Duration::from_secs(3));
        }
        // The one loops until its redirects or the time are used up; the other ends with the last answer it had.
        assert!(matches!(run.fetched[0].result.as_ref().unwrap_err().kind(), "timeout" | "redirects"));
        let status = run.fetched[1].result.as_ref().map(|page| page.status);
        assert!(matches!(status, Ok(503)) || status.is_err_and(|error| error.kind() == "timeout"));
    });
}

#[test]
fn a_panic_is_the_outcome_of_one() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let observer = |event: Event<'_>| match event {
            Event::Started { index: 1, .. } => panic!("at the start of {}", 1),
            Event::Retrying { .. } => panic!("at a retry"),
            Event::Done(fetched) if fetched.index == 3 => panic!("at the end"),
            _ => {}
        };
        let fetcher = Fetcher::builder().observer(observer).build();
        let urls =
            ["/delay/30", "/bytes/1", "/flaky/1/503", "/bytes/3", "/delay/40"].map(|path| server.url(path));
        let check = |mut all: Vec<Fetched>| {
            all.sort_unstable_by_key(|one| one.index);
            let messages: Vec<Result<u16, &str>> = all
                .iter()
                .map(|one| match one.result.as_ref().map_err(FetchError::failure) {
                    Ok(page) => Ok(page.status),
                    Err(Failure::Panicked { message }) => Err(message.as_str()),
                    other => panic!("{other:?}"),
                })
                .collect();
            let expected = [Ok(200), Err("at the start of 1"), Err("at a retry"), Err("at the end"), Ok(200)];
            assert_eq!(messages, expected);
        };
        check(fetcher.at_once(&urls).fetched);
        let fresh = |n: usize| urls.clone().map(|url| format!("{url}?{n}"));
        check(fetcher.on_threads(limit(2), fresh(1)).fetched);
        check(fetcher.one_after_another(fresh(2)).fetched);
        check(block_on(fetcher.stream(fresh(3)).collect()));
        check(block_on(fetcher.gather(fresh(4))));
    });
}

/// Four threads use one fetcher, and so one pool, in every way at random: connections move from run to run, consumers
/// pause, go away, come back, and drop their streams half-way.
#[test]
fn in_whatever_way_the_fetcher_is_used_nobody_stalls() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let ended = Arc::new(Mutex::new(HashMap::<String, usize>::new()));
        let counts = Arc::clone(&ended);
        let fetcher = Fetcher::builder()
            .limit(limit(16))
            .retries(0)
            .observer(move |event| {
                if let Event::Done(fetched) = event {
                    let (_, round) = fetched.url.split_once('?').unwrap();
                    *counts.lock().unwrap().entry(round.to_owned()).or_default() += 1;
                }
            })
            .build();
        let check = |fetched: &Fetched| assert!(fetched.result.is_ok(), "{:?}", fetched.result);
        thread::scope(|scope| {
            for name in 1..=4_u64 {
                let (server, fetcher, ended) = (&server, &fetcher, &ended);
                scope.spawn(move || {
                    let mut state = 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(name);
                    let mut random = |below: u64| {
                        state ^= state << 13;
                        state ^= state >> 7;
                        state ^= state << 17;
                        state % below
                    };
                    for round in 0..30 {
                        let key = format!("{name}-{round}");
                        let urls: Vec<String> = (0..32)
                            .map(|_| match random(6) {
                                0 => server.url(&format!("/delay/{}?{key}", random(12))),
                                1 => server.url(&format!("/gzip/{}?{key}", random(100_000))),
                                2 => server.url(&format!("/bytes/{}?{key}", random(100_000))),
                                _ => server.url(&format!("/bytes/{}?{key}", random(2_000))),
                            })
                            .collect();
                        let way = random(5);
                        if way == 0 {
                            fetcher.at_once(urls).fetched.iter().for_each(check);
                            continue;
                        }
                        if way == 1 {
                            for url in urls.into_iter().take(5) {
                                block_on(fetcher.fetch(url)).unwrap();
                            }
                            continue;
                        }
                        let mut pages = fetcher.stream(urls);
                        let taken = if way == 2 { random(32) } else { 17 + random(15) };
                        for _ in 0..taken {
                            check(&block_on(pages.next()).unwrap());
                            match random(20) {
                                0 => thread::sleep(Duration::from_micros(random(12_000))),
                                1..6 => thread::yield_now(),
                                _ => {}
                            }
                        }
                        if way > 2 {
                            // All have been started by now. They end without us.
                            until("all have ended", || ended.lock().unwrap().get(&key) == Some(&32));
                        }
                        if way == 3 {
                            assert_eq!(block_on(pages.count()) as u64, 32 - taken);
                        }
                    }
                });
            }
        });
    });
}

#[test]
fn an_observer_may_fetch_by_itself() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let (single, robots) = (Fetcher::new(), server.url("/bytes/2"));
        let fetcher = Fetcher::builder()
            .observer(move |event| {
                if let Event::Started { .. } = event {
                    assert_eq!(block_on(single.fetch(&robots)).unwrap().text(), "ab");
                }
            })
            .build();
        let urls = || (0..5).map(|n| server.url(&format!("/bytes/1?{n}")));
        assert!(fetcher.at_once(urls()).fetched.iter().all(|one| text(one) == "a"));
        assert!(block_on(fetcher.stream(urls()).all(async |one| text(&one) == "a")));
        assert_eq!(server.counts().requests, 20);
    });
}

#[test]
fn a_panic_of_the_generator_comes_through_threads() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let urls = (0..).map(|n| if n < 5 { server.url("/delay/30") } else { panic!("the generator broke") });
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            Fetcher::new().on_threads(limit(3), urls)
        }));
        assert!(caught.is_err());
    });
}

#[test]
fn connections_are_used_again() {
    watched(|| {
        let server = DemoServer::start().unwrap();
        let fetcher = Fetcher::builder().limit(limit(5)).build();
        for path in ["/bytes/0", "/bytes/10", "/bytes/100000", "/gzip/5000", "/status/404", "/redirect/1"] {
            fetcher.at_once((0..50).map(|_| server.url(path)));
        }
        let counts = server.counts();
        assert_eq!((counts.requests, counts.connections), (350, 5));
    });
}

#[test]
fn fetches_go_on_any_thread_and_clones_share() {
    watched(|| {
        let server = Arc::new(DemoServer::start().unwrap());
        let fetcher = Fetcher::new();
        let ok = Arc::new(AtomicUsize::new(0));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (fetcher, server, ok) = (fetcher.clone(), Arc::clone(&server), Arc::clone(&ok));
                thread::spawn(move || {
                    for _ in 0..25 {
                        let page =
                            block_on(async_std::task::spawn(fetcher.fetch(server.url("/bytes/2")))).unwrap();
                        ok.fetch_add(usize::from(page.text() == "ab"), SeqCst);
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!((ok.load(SeqCst), server.counts().requests), (100, 100));
        assert!(server.counts().connections <= 4, "{:?}", server.counts());
    });
}

#[test]
fn a_server_stops_when_it_is_dropped() {
    watched(|| {
        // Often, because its connection may end at any moment while it is used again.
        for _ in 0..50 {
            let server = DemoServer::start().unwrap();
            let url = server.url("/bytes/1");
            let fetcher = Fetcher::builder().retries(0).build();
            block_on(fetcher.fetch(&url)).unwrap();
            drop(server);
            until("nobody listens", || {
                block_on(fetcher.fetch(&url))
                    .is_err_and(|error| matches!(error.kind(), "refused" | "cut short"))
            });
        }
    });
}

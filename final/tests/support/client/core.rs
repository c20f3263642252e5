//! The delivery core of the page, run by a JavaScript engine: the same files that a browser loads.

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex},
};

use rquickjs::{CatchResultExt, Context, Ctx, Function, Module, Runtime};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Each after the files that it imports.
const CORE: [&str; 6] = ["errors", "feed", "unsent", "outbox", "sender", "sync"];

/// A page without a screen, as `page.js` puts it together.
pub struct Core {
    context: Context,
    rejections: Arc<Mutex<Vec<String>>>,
}

impl Core {
    /// Loads the core, and the part of a page around it.
    pub fn load() -> Self {
        let runtime = Runtime::new().unwrap();
        let rejections = Arc::new(Mutex::new(Vec::new()));
        let noted = rejections.clone();
        runtime.set_host_promise_rejection_tracker(Some(Box::new(
            move |_, _, reason, is_handled| {
                if !is_handled {
                    noted.lock().unwrap().push(format!("{reason:?}"));
                }
            },
        )));
        let context = Context::full(&runtime).unwrap();
        context.with(|ctx| evaluate_files(&ctx));
        Self {
            context,
            rejections,
        }
    }

    /// Calls a function of the page, and then runs everything that waits for its result.
    pub fn call<T: DeserializeOwned>(&self, name: &str, values: Value) -> T {
        let result = self.context.with(|ctx| {
            let call: Function = ctx.globals().get("call").unwrap();
            let result = call.call((name, values.to_string())).catch(&ctx);
            let result: String = result.unwrap_or_else(|error| panic!("{name}: {error}"));
            while ctx.execute_pending_job() {}
            result
        });
        let rejections = self.rejections.lock().unwrap();
        assert!(rejections.is_empty(), "{name}: {rejections:?}");
        serde_json::from_str(&result).unwrap()
    }
}

fn evaluate_files(ctx: &Ctx<'_>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in CORE {
        let path = format!("client/lib/delivery/{name}.js");
        let source = fs::read(folder.join(path)).unwrap();
        let module = Module::declare(ctx.clone(), format!("delivery/{name}.js"), source);
        module.catch(ctx).unwrap();
    }
    let page = Module::evaluate(ctx.clone(), "page.js", include_str!("page.js"));
    page.and_then(|done| done.finish::<()>())
        .catch(ctx)
        .unwrap();
}

(function I(o, p, P, C) {
  if (o.top !== o.self || o.location.origin !== P) return null;
  const m = Symbol.for("slipway"),
    h = o[m];
  if (h !== void 0) return h(p);
  let u,
    w = "",
    f,
    L = 0;
  const c = new Map(),
    l = { message: [], click: [] };
  let d = [];
  function k(e) {
    return ((u = e), o.addEventListener("message", y, !0), w);
  }
  function y(e) {
    const [n] = e.ports;
    if (e.data !== u || n === void 0) return;
    (e.stopImmediatePropagation(), (w = u), (u = y));
    const i = f;
    if (((f = n), (f.onmessage = ({ data: s }) => A(JSON.parse(s))), i === void 0))
      ((o.slipway = S), o.dispatchEvent(new Event("slipway-ready")));
    else {
      i.close();
      for (const s of c.values()) s.reject(g("offline", "the page was left"));
      c.clear();
    }
  }
  function A({ id: e, value: n, error: i, message: s, event: a }) {
    if (a !== void 0) {
      a === "click" && l.click.length === 0 && (d = [...d, n].slice(-10));
      for (const v of l[a]) b(v, n);
      return;
    }
    const r = c.get(e);
    r !== void 0 &&
      (c.delete(e), i === void 0 ? r.resolve(n === null ? void 0 : n) : r.reject(g(i, s)));
  }
  function b(e, n) {
    Promise.resolve(n).then(e);
  }
  function g(e, n) {
    return Object.assign(new Error(n), { code: e });
  }
  function t(e, n) {
    return new Promise((i, s) => {
      const a = ++L;
      let r;
      try {
        r = JSON.stringify({ id: a, call: e, with: n });
      } catch (v) {
        r = "";
      }
      if (r === "" || r.length > 32768) {
        s(g("invalid", "must be JSON of at most 32768 characters"));
        return;
      }
      (c.set(a, { resolve: i, reject: s }), f.postMessage(r));
    });
  }
  function M(e) {
    try {
      return e === void 0 ? e : new URL(e, o.document.baseURI).href;
    } catch (n) {
      return e;
    }
  }
  const S = {
    app: C,
    push: {
      permission: () => t("push.permission"),
      subscribe: (e) => t("push.subscribe", e),
      unsubscribe: () => t("push.unsubscribe"),
      setTags: (e) => t("push.setTags", { tags: e }),
      on(e, n) {
        if ((e !== "message" && e !== "click") || typeof n != "function")
          throw g("invalid", 'takes "message" or "click", and a function');
        const i = (s) => {
          l[e].includes(i) && n(s);
        };
        if (((l[e] = [...l[e], i]), e === "click")) {
          for (const s of d) b(i, s);
          d = [];
        }
        return () => {
          l[e] = l[e].filter((s) => s !== i);
        };
      },
    },
    channels: {
      redeem: (e) => t("channels.redeem", { code: e }),
      list: () => t("channels.list"),
      mute: (e, n = !0) => t("channels.mute", { id: e, muted: n }),
      leave: (e) => t("channels.leave", { id: e }),
    },
    openSettings: () => t("openSettings"),
    share: (e) => t("share", Object.assign({}, e, { url: M(e == null ? void 0 : e.url) })),
    print: () => t("print"),
  };
  return (Object.defineProperty(o, m, { value: k }), k(p));
});

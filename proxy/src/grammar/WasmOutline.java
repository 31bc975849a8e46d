import java.io.*;
import java.nio.file.*;
import java.util.*;

/**
 * wasm -> wasm: splits functions too big for the JVM (64 kB / 8,000 byte JIT limit) into smaller
 * functions. No dependencies: java WasmOutline.java in.wasm out.wasm [limit=6500] [chunk=4500] Two
 * rewrites: (1) "nest": block..block{br_table} case chains become groups of cases in their own
 * functions + a state loop; (2) "window": runs of statements (stack height 0 -> 0) become
 * functions. Live-in locals = params, live-out locals = scratch globals written just before return
 * and read just after the call (safe for recursion), branches that leave = i32 exit code.
 */
public final class WasmOutline {
  static int LIMIT = 6500, CHUNK = 4500, MAPN = 400;

  /**
   * emscripten layout [data+bss][stack, grows down][heap]: shrink the stack from OLDSTACK to STACK
   * bytes, move the heap base down, start with PAGES pages
   */
  static int OLDSTACK = 0, STACK = 0, PAGES = 0, oldBase, newBase, patched;

  static void patchConst(List<N> l) {
    for (N x : l) {
      if (x.op == I32C) {
        int q = p;
        byte[] sb = b;
        b = x.imm;
        p = 0;
        int v = (int) leb(true);
        b = sb;
        p = q;
        if (v == oldBase) {
          W w = new W();
          w.s(newBase);
          x.imm = w.toByteArray();
          patched++;
        }
      }
      if (x.body != null) patchConst(x.body);
      if (x.els != null) patchConst(x.els);
    }
  }

  // ---------- model
  static final class Blk {
    boolean loop, func;
    int arity;
    long live;
  }

  static final class N {
    int op;
    byte[] imm;
    int a;
    Blk lab;
    Blk[] tabs;
    Blk blk;
    int bt;
    List<N> body, els;
    long after;
  }

  static final class F {
    int type;
    List<Integer> locals = new ArrayList<>(); /* params+locals value types */
    int np;
    List<N> body;
    Blk root;
    int idx;
    int code = -1, tmp = -1;
    boolean touched;
    byte[] raw;
  }

  static List<int[][]> types = new ArrayList<>();
  static List<Integer> ftypes = new ArrayList<>();
  static int nimp, nglob;
  static List<F> funcs = new ArrayList<>();
  static List<Integer> newGlobTypes = new ArrayList<>();
  static Map<Integer, List<Integer>> pool = new HashMap<>();

  static int retGlob(int t) {
    return scratch(t, 0);
  }

  /** k-th scratch global of type t (0 is for the return value) */
  static int scratch(int t, int k) {
    List<Integer> l = pool.computeIfAbsent(t, x -> new ArrayList<>());
    while (l.size() <= k) {
      l.add(nglob + newGlobTypes.size());
      newGlobTypes.add(t);
    }
    return l.get(k);
  }

  static int typeOf(int[] p, int[] r) {
    for (int i = 0; i < types.size(); i++)
      if (Arrays.equals(types.get(i)[0], p) && Arrays.equals(types.get(i)[1], r)) return i;
    types.add(new int[][] {p, r});
    return types.size() - 1;
  }

  // ---------- reader
  static byte[] b;
  static int p;

  static long leb(boolean s) {
    long r = 0;
    int sh = 0;
    int x;
    do {
      x = b[p++];
      r |= (long) (x & 127) << sh;
      sh += 7;
    } while ((x & 128) != 0);
    if (s && sh < 64 && (x & 64) != 0) r |= -1L << sh;
    return r;
  }

  static int u() {
    return (int) leb(false);
  }

  static final int BLOCK = 2,
      LOOP = 3,
      IF = 4,
      ELSE = 5,
      END = 11,
      BR = 12,
      BR_IF = 13,
      BR_TABLE = 14,
      RET = 15,
      CALL = 16,
      CALLI = 17,
      DROP = 26,
      LGET = 32,
      LSET = 33,
      LTEE = 34,
      GGET = 35,
      GSET = 36,
      I32C = 65;

  static List<N> seq(Deque<Blk> st, int[] term) {
    List<N> l = new ArrayList<>();
    List<Blk> dummy = null;
    for (; ; ) {
      int op = b[p++] & 255;
      if (op == END || op == ELSE) {
        term[0] = op;
        return l;
      }
      N n = new N();
      n.op = op;
      switch (op) {
        case BLOCK:
        case LOOP:
        case IF:
          {
            n.bt = (int) leb(true);
            n.blk = new Blk();
            n.blk.loop = op == LOOP;
            n.blk.arity =
                op == LOOP ? 0 : (n.bt == -64 ? 0 : n.bt < 0 ? 1 : types.get(n.bt)[1].length);
            if (n.bt >= 0 && types.get(n.bt)[0].length > 0)
              throw new IllegalStateException("block params");
            st.push(n.blk);
            int[] t = new int[1];
            n.body = seq(st, t);
            if (t[0] == ELSE) n.els = seq(st, t);
            st.pop();
            break;
          }
        case BR:
        case BR_IF:
          n.lab = lab(st, u());
          break;
        case BR_TABLE:
          {
            int c = u();
            n.tabs = new Blk[c + 1];
            for (int i = 0; i <= c; i++) n.tabs[i] = lab(st, u());
            break;
          }
        case CALL:
        case LGET:
        case LSET:
        case LTEE:
        case GGET:
        case GSET:
          n.a = u();
          break;
        case CALLI:
          {
            int q = p;
            n.a = u();
            u();
            n.imm = Arrays.copyOfRange(b, q, p);
            break;
          }
        default:
          {
            int q = p;
            if (op >= 0x28 && op <= 0x3e) {
              u();
              leb(false);
            } else if (op == 0x3f || op == 0x40) p++;
            else if (op == 0x41 || op == 0x42) leb(true);
            else if (op == 0x43) p += 4;
            else if (op == 0x44) p += 8;
            else if (op == 0x1c) {
              int c = u();
              p += c;
            } else if (op == 0xfc) {
              int s = u();
              n.a = s;
              if (s == 8) {
                u();
                p++;
              } else if (s == 9) u();
              else if (s == 10) p += 2;
              else if (s == 11) p++;
              else if (s > 7) throw new IllegalStateException("fc " + s);
            } else if (op == 0xd0 || op == 0xd2 || op == 0x25 || op == 0x26 || op > 0xc4)
              throw new IllegalStateException("op " + op);
            n.imm = Arrays.copyOfRange(b, q, p);
          }
      }
      if (op == BR && n.lab.func) {
        n.op = RET;
        n.lab = null;
      }
      l.add(n);
    }
  }

  static Blk lab(Deque<Blk> st, int d) {
    Iterator<Blk> it = st.iterator();
    while (d-- > 0) it.next();
    return it.next();
  }

  // ---------- writer
  static final class W extends ByteArrayOutputStream {
    void u(long v) {
      do {
        int x = (int) (v & 127);
        v >>>= 7;
        write(v != 0 ? x | 128 : x);
      } while (v != 0);
    }

    void s(long v) {
      for (; ; ) {
        int x = (int) (v & 127);
        v >>= 7;
        if ((v == 0 && (x & 64) == 0) || (v == -1 && (x & 64) != 0)) {
          write(x);
          return;
        }
        write(x | 128);
      }
    }

    void b(byte[] x) {
      write(x, 0, x.length);
    }
  }

  static final class Stack {
    Blk[] a = new Blk[64];
    int n;

    void push(Blk x) {
      if (n == a.length) a = Arrays.copyOf(a, n * 2);
      a[n++] = x;
    }

    int depth(Blk x) {
      for (int i = n - 1; i >= 0; i--) if (a[i] == x) return n - 1 - i;
      throw new IllegalStateException("label not in scope");
    }
  }

  static void emit(W w, List<N> l, Stack st) {
    for (N n : l) {
      w.write(n.op);
      switch (n.op) {
        case BLOCK:
        case LOOP:
        case IF:
          w.s(n.bt);
          st.push(n.blk);
          emit(w, n.body, st);
          if (n.els != null) {
            w.write(ELSE);
            emit(w, n.els, st);
          }
          w.write(END);
          st.n--;
          break;
        case BR:
        case BR_IF:
          w.u(st.depth(n.lab));
          break;
        case BR_TABLE:
          w.u(n.tabs.length - 1);
          for (Blk t : n.tabs) w.u(st.depth(t));
          break;
        case CALL:
        case LGET:
        case LSET:
        case LTEE:
        case GGET:
        case GSET:
          w.u(n.a);
          break;
        default:
          if (n.imm != null) w.b(n.imm);
      }
    }
  }

  // ---------- builders
  static N n(int op) {
    N x = new N();
    x.op = op;
    return x;
  }

  static N n(int op, int a) {
    N x = n(op);
    x.a = a;
    return x;
  }

  static N c(int v) {
    N x = n(I32C);
    W w = new W();
    w.s(v);
    x.imm = w.toByteArray();
    return x;
  }

  static N br(Blk t) {
    N x = n(BR);
    x.lab = t;
    return x;
  }

  static N brif(Blk t) {
    N x = n(BR_IF);
    x.lab = t;
    return x;
  }

  static N blk(int op, Blk k, List<N> body) {
    N x = n(op);
    x.bt = -64;
    x.blk = k;
    x.body = body;
    return x;
  }

  // ---------- JVM size estimate per instruction (Chicory's emission)
  static int est1(N n) {
    int o = n.op;
    switch (o) {
      case BLOCK:
      case LOOP:
        return 0;
      case IF:
        return 3;
      case BR:
        return n.lab.loop ? 9 : 4;
      case BR_IF:
        return n.lab.loop ? 9 : 4;
      case BR_TABLE:
        return 16 + 4 * n.tabs.length;
      case RET:
        return 5;
      case CALL:
        return 11;
      case CALLI:
        return 16;
      case DROP:
        return 1;
      case LGET:
      case LSET:
        return 2;
      case LTEE:
        return 3;
      case GGET:
      case GSET:
        return 10;
      case I32C:
        return n.imm.length == 1 ? 2 : 3;
      case 0x42:
        return 3;
      case 27:
        return 10;
    }
    if (o >= 0x28 && o <= 0x3e) return 9;
    if (o >= 0x45 && o <= 0x66) return 3;
    if (o == 0xfc) return 12;
    if (o >= 0x67 && o <= 0xc4) return 2;
    return 3;
  }

  static int est(List<N> l) {
    int s = 0;
    for (N n : l) s += est(n);
    return s;
  }

  static int est(N n) {
    int s = est1(n);
    if (n.body != null) s += est(n.body);
    if (n.els != null) s += 3 + est(n.els);
    return s;
  }

  // ---------- stack effect
  static boolean term(N n) {
    return n.op == 0 || n.op == BR || n.op == BR_TABLE || n.op == RET;
  }

  static int delta(N n) {
    int o = n.op;
    switch (o) {
      case 1:
        return 0;
      case BLOCK:
      case LOOP:
        return res(n);
      case IF:
        return res(n) - 1;
      case BR_IF:
        return -1;
      case CALL:
        {
          int[][] t = types.get(ftypes.get(n.a));
          return t[1].length - t[0].length;
        }
      case CALLI:
        {
          int[][] t = types.get(n.a);
          return t[1].length - t[0].length - 1;
        }
      case DROP:
        return -1;
      case 27:
      case 28:
        return -2;
      case LGET:
      case GGET:
        return 1;
      case LSET:
      case GSET:
        return -1;
      case LTEE:
        return 0;
      case 0xfc:
        return n.a <= 7 ? 0 : n.a == 9 ? 0 : -3;
    }
    if (o >= 0x28 && o <= 0x35) return 0;
    if (o >= 0x36 && o <= 0x3e) return -2;
    if (o == 0x3f) return 1;
    if (o == 0x40) return 0;
    if (o >= 0x41 && o <= 0x44) return 1;
    if (o == 0x45 || o == 0x50) return 0;
    if (o <= 0x66) return -1;
    if (o <= 0x69) return 0;
    if (o <= 0x78) return -1;
    if (o <= 0x7b) return 0;
    if (o <= 0x8a) return -1;
    if (o <= 0x91) return 0;
    if (o <= 0x98) return -1;
    if (o <= 0x9f) return 0;
    if (o <= 0xa6) return -1;
    return 0;
  }

  static int res(N n) {
    return n.bt == -64 ? 0 : n.bt < 0 ? 1 : types.get(n.bt)[1].length;
  }

  // ---------- liveness (locals < 64)
  static long live(List<N> l, long out) {
    for (int i = l.size() - 1; i >= 0; i--) {
      N n = l.get(i);
      n.after = out;
      switch (n.op) {
        case LGET:
          out |= 1L << n.a;
          break;
        case LSET:
        case LTEE:
          out &= ~(1L << n.a);
          break;
        case BR:
          out = n.lab.live;
          break;
        case BR_IF:
          out |= n.lab.live;
          break;
        case BR_TABLE:
          out = 0;
          for (Blk t : n.tabs) out |= t.live;
          break;
        case RET:
        case 0:
          out = 0;
          break;
        case BLOCK:
          n.blk.live = out;
          out = live(n.body, out);
          break;
        case IF:
          n.blk.live = out;
          {
            long e = n.els != null ? live(n.els, out) : out;
            out = live(n.body, out) | e;
          }
          break;
        case LOOP:
          {
            long in;
            do {
              in = live(n.body, out);
              if ((in & ~n.blk.live) == 0) break;
              n.blk.live |= in;
            } while (true);
            out = n.blk.live;
          }
          break;
      }
    }
    return out;
  }

  static void relive(F f) {
    f.root.live = 0;
    live(f.body, 0);
  }

  static final class Info {
    long w;
    Set<Blk> inner = Collections.newSetFromMap(new IdentityHashMap<>());
    LinkedHashSet<Blk> ext = new LinkedHashSet<>();
    boolean ret, bad;
  }

  static void scan(List<N> l, Info f) {
    for (N n : l) {
      if (n.op == LSET || n.op == LTEE) f.w |= 1L << n.a;
      if (n.op == RET) f.ret = true;
      if (n.blk != null) f.inner.add(n.blk);
      if (n.lab != null) ext(n.lab, f);
      if (n.tabs != null) for (Blk t : n.tabs) ext(t, f);
      if (n.body != null) scan(n.body, f);
      if (n.els != null) scan(n.els, f);
    }
  }

  static void ext(Blk t, Info f) {
    if (!f.inner.contains(t)) {
      f.ext.add(t);
      if (t.arity > 0 || t.func) f.bad = true;
    }
  }

  // ---------- making a function out of a region
  static final class Out {
    int fidx;
    List<N> stub;
  }

  /**
   * codes: exit label -> code (null = choose). fallCode: code for falling off the end. If codes
   * given, the stub leaves the code in local codeLocal and does not branch.
   */
  static List<N> outline(
      F f,
      List<N> region,
      long outLive,
      Map<Blk, Integer> codes,
      int fallCode,
      int codeLocal,
      int selLocal,
      int retCode) {
    Info in = new Info();
    scan(region, in);
    if (in.bad) return null;
    boolean fall = region.isEmpty() || !term(region.get(region.size() - 1));
    boolean given = codes != null;
    long lo = fall ? outLive : 0;
    for (Blk t : in.ext) lo |= t.live;
    lo &= in.w;
    if (codeLocal >= 0 && given) lo &= ~(1L << codeLocal);
    Map<Blk, Long> save = new IdentityHashMap<>();
    for (Blk t : in.ext) {
      save.put(t, t.live);
      t.live = lo;
    }
    long gen = live(region, lo);
    if (given && selLocal >= 0) gen |= 1L << selLocal;
    for (var e : save.entrySet()) e.getKey().live = e.getValue();
    // RET uses nothing but the stack value; LO locals may be garbage there (dead after return)
    int kinds = in.ext.size() + (fall ? 1 : 0) + (in.ret ? 1 : 0);
    List<Integer> ins = bits(gen), los = bits(lo);
    if (ins.size() > 60) return null;
    int[] ft = types.get(f.type)[1];
    int[] pt = ins.stream().mapToInt(x -> f.locals.get(x)).toArray();
    boolean needCode = given || kinds > 1;
    boolean direct = !needCode && los.size() == 1 && !in.ret;
    int[] rt =
        needCode ? new int[] {0x7f} : direct ? new int[] {f.locals.get(los.get(0))} : new int[0];
    F g = new F();
    g.touched = true;
    g.type = typeOf(pt, rt);
    g.np = pt.length;
    for (int t : pt) g.locals.add(t);
    g.idx = nimp + funcs.size();
    g.root = new Blk();
    g.root.func = true;
    g.root.arity = rt.length;
    Map<Integer, Integer> map = new HashMap<>();
    for (int i = 0; i < ins.size(); i++) map.put(ins.get(i), i);
    int[] code = {-1};
    if (needCode) {
      g.locals.add(0x7f);
      code[0] = g.locals.size() - 1;
      g.code = code[0];
    }
    Map<Blk, Integer> cc = new IdentityHashMap<>();
    List<Blk> order = new ArrayList<>(in.ext);
    if (given) cc.putAll(codes);
    else {
      int k = fall ? 1 : 0;
      for (Blk t : order) cc.put(t, k++);
    }
    int fc = given ? fallCode : 0, rc = given ? retCode : order.size() + (fall ? 1 : 0);
    Blk exit = new Blk();
    int[] fr = ft;
    List<N> body = rewrite(region, f, g, map, in, cc, rc, exit, needCode, fr);
    if (given && fall) {
      body.add(c(fc));
      body.add(n(LSET, code[0]));
    }
    List<N> gb = new ArrayList<>();
    gb.add(blk(BLOCK, exit, body));
    Map<Integer, Integer> kt = new HashMap<>();
    List<N> back = new ArrayList<>();
    if (!direct)
      for (int x : los) {
        int t = f.locals.get(x);
        int k = kt.merge(t, 1, Integer::sum);
        int gl = scratch(t, k);
        gb.add(n(LGET, loc(x, f, g, map)));
        gb.add(n(GSET, gl));
        back.add(n(GGET, gl));
        back.add(n(LSET, x));
      }
    if (needCode) gb.add(n(LGET, code[0]));
    else if (direct) gb.add(n(LGET, loc(los.get(0), f, g, map)));
    g.body = gb;
    funcs.add(g);
    ftypes.add(g.type);
    List<N> s = new ArrayList<>();
    for (int x : ins) s.add(n(LGET, x));
    s.add(n(CALL, g.idx));
    if (direct) s.add(n(LSET, los.get(0)));
    if (given) {
      s.add(n(LSET, codeLocal));
      s.addAll(back);
      return s;
    }
    if (needCode && !back.isEmpty()) {
      if (f.code < 0) {
        f.locals.add(0x7f);
        f.code = f.locals.size() - 1;
        if (f.code > 62) throw new IllegalStateException("locals");
      }
      s.add(n(LSET, f.code));
      s.addAll(back);
      s.add(n(LGET, f.code));
    } else s.addAll(back);
    if (!needCode) {
      if (in.ret) {
        retSeq(s, fr);
      } else if (order.size() == 1) s.add(br(order.get(0)));
      else if (!fall) s.add(n(0));
      return s;
    }
    // dispatch on the code (on the stack)
    if (in.ret) {
      if (f.code < 0) {
        f.locals.add(0x7f);
        f.code = f.locals.size() - 1;
      }
      s.add(n(LTEE, f.code));
      s.add(c(rc));
      s.add(n(0x46));
      List<N> r = new ArrayList<>();
      retSeq(r, fr);
      if (order.isEmpty() && fall) {
        s.add(blk(IF, new Blk(), r));
        return s;
      }
      s.add(blk(IF, new Blk(), r));
      if (order.size() == 1 && !fall) {
        s.add(br(order.get(0)));
        return s;
      }
      s.add(n(LGET, f.code));
    }
    if (order.size() == 1 && fall) {
      s.add(brif(order.get(0)));
      return s;
    }
    if (order.size() == 2 && !fall) {
      s.add(brif(order.get(1)));
      s.add(br(order.get(0)));
      return s;
    }
    if (fall) { // code on the stack; need a block around: park it
      if (f.code < 0) {
        f.locals.add(0x7f);
        f.code = f.locals.size() - 1;
      }
      N last = s.get(s.size() - 1);
      if (last.op == LGET && last.a == f.code) s.remove(s.size() - 1);
      else s.add(n(LSET, f.code));
      Blk ftb = new Blk();
      List<N> d = new ArrayList<>();
      d.add(n(LGET, f.code));
      N bt = n(BR_TABLE);
      bt.tabs = new Blk[order.size() + 1];
      bt.tabs[0] = ftb;
      for (int i = 0; i < order.size(); i++) bt.tabs[i + 1] = order.get(i);
      d.add(bt);
      s.add(blk(BLOCK, ftb, d));
      return s;
    }
    N bt = n(BR_TABLE);
    bt.tabs = order.toArray(new Blk[0]);
    s.add(bt);
    return s;
  }

  static void retSeq(List<N> s, int[] ft) {
    if (ft.length > 0) s.add(n(GGET, retGlob(ft[0])));
    s.add(n(RET));
  }

  static List<Integer> bits(long m) {
    List<Integer> l = new ArrayList<>();
    for (int i = 0; i < 64; i++) if ((m >>> i & 1) != 0) l.add(i);
    return l;
  }

  static int loc(int x, F f, F g, Map<Integer, Integer> map) {
    return map.computeIfAbsent(
        x,
        k -> {
          g.locals.add(f.locals.get(k));
          return g.locals.size() - 1;
        });
  }

  static List<N> rewrite(
      List<N> l,
      F f,
      F g,
      Map<Integer, Integer> map,
      Info in,
      Map<Blk, Integer> cc,
      int rc,
      Blk exit,
      boolean needCode,
      int[] ft) {
    List<N> o = new ArrayList<>(l.size());
    for (N x : l) {
      switch (x.op) {
        case LGET:
        case LSET:
        case LTEE:
          x.a = loc(x.a, f, g, map);
          o.add(x);
          break;
        case RET:
          if (ft.length > 0) o.add(n(GSET, retGlob(ft[0])));
          if (needCode) {
            o.add(c(rc));
            o.add(n(LSET, g.code));
          }
          o.add(br(exit));
          break;
        case BR:
          if (in.inner.contains(x.lab)) o.add(x);
          else {
            if (needCode) {
              o.add(c(cc.get(x.lab)));
              o.add(n(LSET, g.code));
            }
            o.add(br(exit));
          }
          break;
        case BR_IF:
          if (in.inner.contains(x.lab)) o.add(x);
          else if (!needCode) o.add(brif(exit));
          else
            o.add(
                blk(
                    IF,
                    new Blk(),
                    new ArrayList<>(List.of(c(cc.get(x.lab)), n(LSET, g.code), br(exit)))));
          break;
        case BR_TABLE:
          {
            boolean e = false;
            for (Blk t : x.tabs) if (!in.inner.contains(t)) e = true;
            if (!e) {
              o.add(x);
              break;
            }
            if (g.tmp < 0) {
              g.locals.add(0x7f);
              g.tmp = g.locals.size() - 1;
            }
            o.add(n(LSET, g.tmp));
            LinkedHashMap<Blk, Blk> t2 = new LinkedHashMap<>();
            for (int i = 0; i < x.tabs.length; i++)
              if (!in.inner.contains(x.tabs[i]))
                x.tabs[i] = needCode ? t2.computeIfAbsent(x.tabs[i], k -> new Blk()) : exit;
            List<N> cur = new ArrayList<>();
            cur.add(n(LGET, g.tmp));
            cur.add(x);
            for (var en : t2.entrySet()) {
              List<N> nx = new ArrayList<>();
              nx.add(blk(BLOCK, en.getValue(), cur));
              nx.add(c(cc.get(en.getKey())));
              nx.add(n(LSET, g.code));
              nx.add(br(exit));
              cur = nx;
            }
            o.addAll(cur);
            break;
          }
        default:
          if (x.body != null) x.body = rewrite(x.body, f, g, map, in, cc, rc, exit, needCode, ft);
          if (x.els != null) x.els = rewrite(x.els, f, g, map, in, cc, rc, exit, needCode, ft);
          o.add(x);
      }
    }
    return o;
  }

  // ---------- statements and windows
  static int windows, nests;

  static void shrink(F f, List<N> s) {
    for (int i = 0; i < s.size(); i++) {
      N x = s.get(i);
      if (x.body == null) continue;
      int z = est(x);
      if (z <= CHUNK) continue;
      if (x.op == BLOCK && chain(x) >= 12) {
        N r = nest(f, x);
        if (r != null) s.set(i, r);
        x = s.get(i);
        if (r != null) continue;
      }
      shrink(f, x.body);
      if (x.els != null) shrink(f, x.els);
    }
    if (est(s) <= CHUNK) return;
    relive(f);
    List<N> out = new ArrayList<>(), win = new ArrayList<>();
    int wz = 0;
    int i = 0;
    while (i < s.size()) {
      int h = 0, j = i;
      boolean t = false;
      while (j < s.size()) {
        N x = s.get(j);
        if (term(x)) {
          j++;
          h = 0;
          t = true;
          break;
        }
        h += delta(x);
        j++;
        if (h == 0) break;
      }
      List<N> stm = s.subList(i, j);
      boolean ok = h == 0;
      int z = est(stm);
      if (!ok || wz + z > CHUNK) {
        flush(f, win, wz, out);
        win = new ArrayList<>();
        wz = 0;
      }
      if (!ok || z > CHUNK) out.addAll(stm);
      else {
        win.addAll(stm);
        wz += z;
      }
      i = j;
    }
    flush(f, win, wz, out);
    s.clear();
    s.addAll(out);
  }

  static void flush(F f, List<N> win, int wz, List<N> out) {
    if (win.isEmpty()) return;
    if (wz < 300) {
      out.addAll(win);
      return;
    }
    List<N> st = outline(f, win, win.get(win.size() - 1).after, null, 0, -1, -1, 0);
    if (st == null) {
      out.addAll(win);
      return;
    }
    windows++;
    for (N x : st) x.after = 0;
    st.get(st.size() - 1).after = 0;
    out.addAll(st);
  }

  // ---------- case nests
  static int chain(N x) {
    int k = 0;
    while (x.op == BLOCK && x.bt == -64) {
      k++;
      if (x.body.isEmpty()) return 0;
      N y = x.body.get(0);
      if (y.op == BLOCK && y.bt == -64) x = y;
      else {
        N z = x.body.get(x.body.size() - 1);
        return z.op == BR_TABLE ? k : 0;
      }
    }
    return 0;
  }

  static N nest(F f, N b1) {
    List<N> B = new ArrayList<>();
    N x = b1;
    while (true) {
      B.add(x);
      N y = x.body.get(0);
      if (y.op == BLOCK && y.bt == -64) x = y;
      else break;
    }
    {
      Info pi = new Info();
      scan(List.of(b1), pi);
      for (Blk t : pi.ext) if (t.arity > 0 || t.func) return null;
    }
    int n = B.size();
    List<N> pre = x.body;
    N sw = pre.remove(pre.size() - 1);
    shrink(f, pre);
    // cases: S[i] follows B[i+1]'s end, inside B[i]: label B[i+1] -> S[i]; label B[0] -> after the
    // nest
    List<List<N>> S = new ArrayList<>();
    for (int i = 0; i < n - 1; i++) {
      List<N> t = new ArrayList<>(B.get(i).body.subList(1, B.get(i).body.size()));
      S.add(t);
    }
    pre.add(sw);
    for (List<N> t : S)
      if (est(t) > CHUNK) {
        /* shrink in place inside the tree so that liveness still sees everything */
        int i = S.indexOf(t);
        N bi = B.get(i);
        N first = bi.body.remove(0);
        List<N> rest = bi.body;
        relivePrep(f, bi, first);
        List<N> r2 = rest;
        shrinkTail(f, bi, first);
        S.set(i, new ArrayList<>(bi.body.subList(1, bi.body.size())));
      }
    relive(f);
    nests++;
    // long fall-through free groups
    int st0 = f.locals.size();
    f.locals.add(0x7f);
    if (st0 > 62) throw new IllegalStateException("locals");
    int EX = 1 << 16;
    // states in nest order from innermost (i=n-1 -> label B[n-1] -> S[n-2]) outwards
    int[] state = new int[n];
    List<int[]> groups = new ArrayList<>();
    int i = n - 1;
    while (i >= 1) {
      int z = est(S.get(i - 1)), a = i;
      i--;
      while (i >= 1 && z + est(S.get(i - 1)) + 12 <= CHUNK && a - i < 250) {
        z += est(S.get(i - 1)) + 12;
        i--;
      }
      groups.add(new int[] {a, i + 1});
    }
    for (int g = 0; g < groups.size(); g++)
      for (int k = groups.get(g)[0]; k >= groups.get(g)[1]; k--)
        state[k] = g << 8 | (groups.get(g)[0] - k);
    Map<Blk, Integer> codes = new IdentityHashMap<>();
    List<Blk> exits = new ArrayList<>();
    for (int k = 1; k < n; k++) codes.put(B.get(k).blk, state[k]);
    exits.add(B.get(0).blk);
    codes.put(B.get(0).blk, EX);
    Info all = new Info();
    scan(List.of(b1), all);
    for (Blk t : all.ext) {
      if (t.arity > 0 || t.func) throw new IllegalStateException("value exit");
      codes.put(t, EX + exits.size());
      exits.add(t);
    }
    boolean ret = all.ret;
    int retCode = EX + exits.size();
    // live of the re-dispatch loop is the union of all case labels: keep as is per label
    long[] bl = new long[n];
    for (int k = 0; k < n; k++) bl[k] = B.get(k).blk.live;
    Blk re = new Blk();
    re.loop = true;
    Blk outB = new Blk();
    List<Blk> gl = new ArrayList<>();
    List<List<N>> stubs = new ArrayList<>();
    List<Blk> origLab = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      int hi = groups.get(g)[0], lo = groups.get(g)[1];
      gl.add(new Blk());
      int sel = st0;
      List<N> cur = new ArrayList<>();
      cur.add(n(LGET, sel));
      cur.add(c(255));
      cur.add(n(0x71));
      N bt = n(BR_TABLE);
      bt.tabs = new Blk[hi - lo + 1];
      Blk[] inner = new Blk[hi - lo + 1];
      for (int k = hi; k >= lo; k--) bt.tabs[hi - k] = B.get(k).blk;
      cur.add(bt);
      for (int k = hi; k >= lo; k--) {
        List<N> nx = new ArrayList<>();
        nx.add(blk(BLOCK, B.get(k).blk, cur));
        nx.addAll(S.get(k - 1));
        cur = nx;
      }
      // each group gets fresh label objects afterwards, because B labels stay "external" for the
      // other groups
      long fallLive = lo - 1 >= 0 ? bl[lo - 1] : 0;
      int fallCode = codes.get(B.get(lo - 1).blk);
      for (int k = 0; k < n; k++) B.get(k).blk.live = bl[k];
      // relabel inner labels
      Map<Blk, Blk> ren = new IdentityHashMap<>();
      for (int k = hi; k >= lo; k--) {
        Blk nb = new Blk();
        nb.live = bl[k];
        ren.put(B.get(k).blk, nb);
      }
      relabel(cur, ren);
      List<N> stub = outline(f, cur, fallLive, codes, fallCode, st0, sel, retCode);
      if (stub == null) throw new IllegalStateException("group");
      stub.add(br(re));
      stubs.add(stub);
    }
    // dispatcher
    List<N> cur = new ArrayList<>();
    cur.add(n(LGET, st0));
    cur.add(c(8));
    cur.add(n(0x76));
    N bt = n(BR_TABLE);
    bt.tabs = gl.toArray(new Blk[0]);
    cur.add(bt);
    for (int g = 0; g < gl.size(); g++) {
      List<N> nx = new ArrayList<>();
      nx.add(blk(BLOCK, gl.get(g), cur));
      nx.addAll(stubs.get(g));
      cur = nx;
    }
    List<N> ob = new ArrayList<>();
    ob.add(n(LGET, st0));
    ob.add(c(EX));
    ob.add(n(0x4f));
    ob.add(brif(outB));
    ob.addAll(cur);
    List<N> lp = new ArrayList<>();
    lp.add(blk(BLOCK, outB, ob));
    if (ret) {
      lp.add(n(LGET, st0));
      lp.add(c(retCode));
      lp.add(n(0x46));
      List<N> r = new ArrayList<>();
      retSeq(r, types.get(f.type)[1]);
      lp.add(blk(IF, new Blk(), r));
    }
    lp.add(n(LGET, st0));
    lp.add(c(EX));
    lp.add(n(0x6b));
    N et = n(BR_TABLE);
    et.tabs = exits.toArray(new Blk[0]);
    lp.add(et);
    // entry: pre with branches to case labels turned into state sets
    Blk enter = new Blk();
    pre.remove(pre.size() - 1);
    List<N> pr = toState(pre, codes, exits, st0, enter, f, B);
    pr.add(n(CALL, mapFn(sw, codes)));
    pr.add(n(LSET, st0));
    List<N> top = new ArrayList<>();
    top.add(blk(BLOCK, enter, pr));
    top.add(blk(LOOP, re, lp));
    N r = blk(BLOCK, B.get(0).blk, top);
    return r;
  }

  static void relivePrep(F f, N bi, N first) {
    bi.body.add(0, first);
  }

  static void shrinkTail(F f, N bi, N first) { // shrink bi.body[1..] only
    List<N> tail = new ArrayList<>(bi.body.subList(1, bi.body.size()));
    // children first (liveness of the whole function is recomputed inside with the old tail still
    // in the tree)
    for (int i = 0; i < tail.size(); i++) {
      N x = tail.get(i);
      if (x.body == null || est(x) <= CHUNK) continue;
      if (x.op == BLOCK && chain(x) >= 12) {
        N r = nest(f, x);
        if (r != null) {
          tail.set(i, r);
          bi.body.set(i + 1, r);
          continue;
        }
      }
      shrink(f, x.body);
      if (x.els != null) shrink(f, x.els);
    }
    if (est(tail) > CHUNK) {
      relive(f);
      List<N> out = new ArrayList<>(), win = new ArrayList<>();
      int wz = 0, i = 0;
      while (i < tail.size()) {
        int h = 0, j = i;
        while (j < tail.size()) {
          N x = tail.get(j);
          if (term(x)) {
            j++;
            h = 0;
            break;
          }
          h += delta(x);
          j++;
          if (h == 0) break;
        }
        List<N> stm = tail.subList(i, j);
        boolean ok = h == 0;
        int z = est(stm);
        if (!ok || wz + z > CHUNK) {
          flush(f, win, wz, out);
          win = new ArrayList<>();
          wz = 0;
        }
        if (!ok || z > CHUNK) out.addAll(stm);
        else {
          win.addAll(stm);
          wz += z;
        }
        i = j;
      }
      flush(f, win, wz, out);
      tail = out;
    }
    List<N> nb = new ArrayList<>();
    nb.add(first);
    nb.addAll(tail);
    bi.body = nb;
  }

  static void relabel(List<N> l, Map<Blk, Blk> ren) {
    for (N x : l) {
      if (x.lab != null && ren.containsKey(x.lab)) x.lab = ren.get(x.lab);
      if (x.tabs != null)
        for (int i = 0; i < x.tabs.length; i++)
          if (ren.containsKey(x.tabs[i])) x.tabs[i] = ren.get(x.tabs[i]);
      if (x.blk != null && ren.containsKey(x.blk)) x.blk = ren.get(x.blk);
      if (x.body != null) relabel(x.body, ren);
      if (x.els != null) relabel(x.els, ren);
    }
  }

  static List<N> toState(
      List<N> l, Map<Blk, Integer> codes, List<Blk> exits, int st, Blk enter, F f, List<N> B) {
    Set<Blk> nb = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int k = 1; k < B.size(); k++) nb.add(B.get(k).blk);
    return toState(l, codes, nb, st, enter, f);
  }

  static List<N> toState(List<N> l, Map<Blk, Integer> codes, Set<Blk> nb, int st, Blk enter, F f) {
    List<N> o = new ArrayList<>();
    for (N x : l) {
      switch (x.op) {
        case BR:
          if (nb.contains(x.lab)) {
            o.add(c(codes.get(x.lab)));
            o.add(n(LSET, st));
            o.add(br(enter));
          } else o.add(x);
          break;
        case BR_IF:
          if (nb.contains(x.lab))
            o.add(
                blk(
                    IF,
                    new Blk(),
                    new ArrayList<>(List.of(c(codes.get(x.lab)), n(LSET, st), br(enter)))));
          else o.add(x);
          break;
        case BR_TABLE:
          {
            boolean e = false;
            for (Blk t : x.tabs) if (nb.contains(t)) e = true;
            if (!e) {
              o.add(x);
              break;
            }
            if (f.code < 0) {
              f.locals.add(0x7f);
              f.code = f.locals.size() - 1;
            }
            o.add(n(LSET, f.code));
            LinkedHashMap<Blk, Blk> t2 = new LinkedHashMap<>();
            for (int i = 0; i < x.tabs.length; i++)
              if (nb.contains(x.tabs[i])) x.tabs[i] = t2.computeIfAbsent(x.tabs[i], k -> new Blk());
            List<N> cur = new ArrayList<>();
            cur.add(n(LGET, f.code));
            cur.add(x);
            for (var en : t2.entrySet()) {
              List<N> nx = new ArrayList<>();
              nx.add(blk(BLOCK, en.getValue(), cur));
              nx.add(c(codes.get(en.getKey())));
              nx.add(n(LSET, st));
              nx.add(br(enter));
              cur = nx;
            }
            o.addAll(cur);
            break;
          }
        default:
          if (x.body != null) x.body = toState(x.body, codes, nb, st, enter, f);
          if (x.els != null) x.els = toState(x.els, codes, nb, st, enter, f);
          o.add(x);
      }
    }
    return o;
  }

  /** i32 -> state, as functions of MAPN entries each */
  static int mapFn(N sw, Map<Blk, Integer> codes) {
    int T = sw.tabs.length - 1;
    int[] s = new int[T + 1];
    for (int i = 0; i <= T; i++) {
      Integer v = codes.get(sw.tabs[i]);
      if (v == null) throw new IllegalStateException("map");
      s[i] = v;
    }
    if (T <= MAPN) return mapChunk(s, 0, T, s[T]);
    int k = (T + MAPN - 1) / MAPN;
    int[] fn = new int[k];
    for (int j = 0; j < k; j++) fn[j] = mapChunk(s, j * MAPN, Math.min(T, (j + 1) * MAPN), s[T]);
    List<N> cur = new ArrayList<>();
    cur.add(n(LGET, 0));
    cur.add(c(MAPN));
    cur.add(n(0x6e));
    N bt = n(BR_TABLE);
    bt.tabs = new Blk[k + 1];
    for (int j = 0; j <= k; j++) bt.tabs[j] = new Blk();
    cur.add(bt);
    for (int j = 0; j <= k; j++) {
      List<N> nx = new ArrayList<>();
      nx.add(blk(BLOCK, bt.tabs[j], cur));
      if (j < k) {
        nx.add(n(LGET, 0));
        nx.add(c(j * MAPN));
        nx.add(n(0x6b));
        nx.add(n(CALL, fn[j]));
        if (true) nx.add(n(RET));
      } else nx.add(c(s[T]));
      cur = nx;
    }
    return addMap(cur);
  }

  static int mapChunk(int[] s, int a, int e, int def) {
    LinkedHashMap<Integer, Blk> m = new LinkedHashMap<>();
    N bt = n(BR_TABLE);
    bt.tabs = new Blk[e - a + 1];
    for (int i = a; i < e; i++) bt.tabs[i - a] = m.computeIfAbsent(s[i], x -> new Blk());
    bt.tabs[e - a] = m.computeIfAbsent(def, x -> new Blk());
    List<N> cur = new ArrayList<>();
    cur.add(n(LGET, 0));
    cur.add(bt);
    int q = 0;
    for (var en : m.entrySet()) {
      List<N> nx = new ArrayList<>();
      nx.add(blk(BLOCK, en.getValue(), cur));
      nx.add(c(en.getKey()));
      if (++q < m.size()) nx.add(n(RET));
      cur = nx;
    }
    return addMap(cur);
  }

  static int addMap(List<N> body) {
    F g = new F();
    g.touched = true;
    g.type = typeOf(new int[] {0x7f}, new int[] {0x7f});
    g.np = 1;
    g.locals.add(0x7f);
    g.idx = nimp + funcs.size();
    g.root = new Blk();
    g.root.func = true;
    g.root.arity = 1;
    g.body = body;
    funcs.add(g);
    ftypes.add(g.type);
    return g.idx;
  }

  // ---------- main
  public static void main(String[] a) throws Exception {
    for (int i = 2; i < a.length; i++) {
      String[] q = a[i].split("=");
      if (q[0].equals("limit")) LIMIT = Integer.parseInt(q[1]);
      if (q[0].equals("chunk")) CHUNK = Integer.parseInt(q[1]);
      if (q[0].equals("oldstack")) OLDSTACK = Integer.parseInt(q[1]);
      if (q[0].equals("stack")) STACK = Integer.parseInt(q[1]);
      if (q[0].equals("pages")) PAGES = Integer.parseInt(q[1]);
    }
    Throwable[] err = new Throwable[1];
    Thread t =
        new Thread(
            null,
            () -> {
              try {
                run(a);
              } catch (Throwable e) {
                err[0] = e;
              }
            },
            "o",
            1L << 30);
    t.start();
    t.join();
    if (err[0] != null) {
      err[0].printStackTrace();
      System.exit(1);
    }
  }

  static void run(String[] a) throws Exception {
    b = Files.readAllBytes(Path.of(a[0]));
    p = 8;
    List<int[]> secs = new ArrayList<>();
    while (p < b.length) {
      int id = b[p++];
      int len = u();
      secs.add(new int[] {id, p, len});
      p += len;
    }
    for (int[] s : secs) {
      p = s[1];
      if (s[0] == 1) {
        int c = u();
        for (int i = 0; i < c; i++) {
          if (b[p++] != 0x60) throw new IllegalStateException("type form");
          int[][] t = new int[2][];
          for (int k = 0; k < 2; k++) {
            int m = u();
            t[k] = new int[m];
            for (int j = 0; j < m; j++) t[k][j] = b[p++];
          }
          types.add(t);
        }
      } else if (s[0] == 2) {
        int c = u();
        for (int i = 0; i < c; i++) {
          int l = u();
          p += l;
          l = u();
          p += l;
          int k = b[p++];
          if (k == 0) {
            ftypes.add(u());
            nimp++;
          } else if (k == 3) {
            p += 2;
            nglob++;
          } else throw new IllegalStateException("import kind " + k);
        }
      } else if (s[0] == 3) {
        int c = u();
        for (int i = 0; i < c; i++) ftypes.add(u());
      } else if (s[0] == 6) {
        nglob += u();
      }
    }
    int orig = 0;
    for (int[] s : secs)
      if (s[0] == 10) {
        p = s[1];
        int c = u();
        orig = c;
        for (int i = 0; i < c; i++) {
          int sz = u(), e = p + sz;
          F f = new F();
          f.raw = Arrays.copyOfRange(b, p, e);
          f.idx = nimp + i;
          f.type = ftypes.get(f.idx);
          for (int t : types.get(f.type)[0]) f.locals.add(t);
          f.np = f.locals.size();
          int g = u();
          for (int k = 0; k < g; k++) {
            int m = u();
            int t = b[p++];
            for (int j = 0; j < m; j++) f.locals.add(t);
          }
          f.root = new Blk();
          f.root.func = true;
          f.root.arity = types.get(f.type)[1].length;
          Deque<Blk> st = new ArrayDeque<>();
          st.push(f.root);
          f.body = seq(st, new int[1]);
          if (p != e) throw new IllegalStateException("body");
          funcs.add(f);
        }
      }
    for (int i = 0; i < orig; i++) {
      F f = funcs.get(i);
      int z = est(f.body);
      if (z <= LIMIT) continue;
      if (f.locals.size() > 58) {
        System.err.println("skip " + f.idx + " locals");
        continue;
      }
      int before = funcs.size();
      f.touched = true;
      relive(f);
      shrink(f, f.body);
      System.err.printf(
          "func %d: est %d -> %d, +%d functions, wasm %d bytes%n",
          f.idx, z, est(f.body), funcs.size() - before, f.raw.length);
    }
    if (STACK > 0) {
      for (int[] s : secs)
        if (s[0] == 6) {
          p = s[1];
          int c = u();
          p += 2;
          if (b[p++] != I32C) throw new IllegalStateException("global 0 is not __stack_pointer");
          oldBase = (int) leb(true);
        }
      newBase = oldBase - OLDSTACK + STACK;
      if (newBase % 16 != 0 || newBase > PAGES * 65536) throw new IllegalStateException("layout");
      for (F f : funcs) {
        int k = patched;
        patchConst(f.body);
        if (patched != k) f.touched = true;
      }
      System.err.println(
          "heap base "
              + oldBase
              + " -> "
              + newBase
              + ", static end "
              + (oldBase - OLDSTACK)
              + ", code constants patched "
              + patched);
    }
    W w = new W();
    w.b(Arrays.copyOf(b, 8));
    for (int[] s : secs) {
      W c = new W();
      switch (s[0]) {
        case 1:
          c.u(types.size());
          for (int[][] t : types) {
            c.write(0x60);
            for (int k = 0; k < 2; k++) {
              c.u(t[k].length);
              for (int x : t[k]) c.write(x);
            }
          }
          break;
        case 3:
          c.u(funcs.size());
          for (F f : funcs) c.u(f.type);
          break;
        case 5:
          if (STACK == 0) {
            c.write(b, s[1], s[2]);
            break;
          }
          p = s[1];
          c.u(u());
          {
            int fl = u();
            int mn = u();
            c.u(fl);
            c.u(PAGES);
            if ((fl & 1) != 0) c.u(u());
            System.err.println("memory min " + mn + " -> " + PAGES + " pages");
          }
          break;
        case 11:
          {
            byte[] d = Arrays.copyOfRange(b, s[1], s[1] + s[2]);
            if (STACK > 0) {
              int hits = 0;
              for (int i = 0; i + 4 <= d.length; i++)
                if ((d[i] & 255
                        | (d[i + 1] & 255) << 8
                        | (d[i + 2] & 255) << 16
                        | (d[i + 3] & 255) << 24)
                    == oldBase) {
                  hits++;
                  for (int k = 0; k < 4; k++) d[i + k] = (byte) (newBase >>> 8 * k);
                }
              if (hits != 1) throw new IllegalStateException("sbrk word found " + hits + " times");
            }
            c.b(d);
            break;
          }
        case 6:
          p = s[1];
          c.u(u() + newGlobTypes.size());
          if (STACK > 0) {
            c.write(b, p, 3);
            p += 3;
            leb(true);
            c.s(newBase);
          }
          c.write(b, p, s[1] + s[2] - p);
          for (int t : newGlobTypes) {
            c.write(t);
            c.write(1);
            if (t == 0x7f) {
              c.write(0x41);
              c.write(0);
            } else if (t == 0x7e) {
              c.write(0x42);
              c.write(0);
            } else if (t == 0x7d) {
              c.write(0x43);
              c.b(new byte[4]);
            } else {
              c.write(0x44);
              c.b(new byte[8]);
            }
            c.write(END);
          }
          break;
        case 10:
          c.u(funcs.size());
          for (F f : funcs) {
            W d = new W();
            if (!f.touched) d.b(f.raw);
            else {
              List<int[]> runs = new ArrayList<>();
              for (int k = f.np; k < f.locals.size(); k++) {
                int t = f.locals.get(k);
                if (!runs.isEmpty() && runs.get(runs.size() - 1)[1] == t)
                  runs.get(runs.size() - 1)[0]++;
                else runs.add(new int[] {1, t});
              }
              d.u(runs.size());
              for (int[] r : runs) {
                d.u(r[0]);
                d.write(r[1]);
              }
              Stack st = new Stack();
              st.push(f.root);
              emit(d, f.body, st);
              d.write(END);
            }
            c.u(d.size());
            c.b(d.toByteArray());
          }
          break;
        default:
          c.write(b, s[1], s[2]);
      }
      w.write(s[0]);
      w.u(c.size());
      w.b(c.toByteArray());
    }
    Path op = Path.of(a[1]).toAbsolutePath();
    Files.createDirectories(op.getParent());
    Files.write(op, w.toByteArray());
    List<Integer> zs = new ArrayList<>();
    for (F f : funcs) if (f.touched) zs.add(est(f.body));
    zs.sort(Comparator.reverseOrder());
    System.err.printf(
        "functions %d -> %d, nests %d, windows %d, scratch globals %d, bytes %d -> %d, largest"
            + " estimates %s%n",
        orig,
        funcs.size(),
        nests,
        windows,
        newGlobTypes.size(),
        b.length,
        w.size(),
        zs.subList(0, Math.min(8, zs.size())));
  }
}

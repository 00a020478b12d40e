;; Functions that the host adds to a module (entries.py), so that a call crosses the border as seldom as
;; can be. An entry makes the arguments' objects and calls the function; `atoll:walk` writes what is
;; wanted of its result as MessagePack (https://msgpack.org), which the host reads in one go.
;;
;; They run inside the sandbox, on memory that may lie. Whatever is not plainly right ends in
;; `unreachable`; the host then reads the result itself, and finds the words for what is wrong.
;;
;; The host hands over what an entry needs as mail. In modules whose first KiB of memory is free, it
;; lies there; else it is an object of the module's heap. Its words:
;;    0  how many arguments are given
;;    4  1 if the instance is to be made ready first
;;    8  address of the records of the arguments' objects (placing.py); 0 if there are none
;; The outline of what is wanted of a result (outline.py) is written when the function has returned, so
;; that nothing of the module runs between its writing and its use.

(global $mail (mut i32) (i32.const 0))     ;; address of the mail
(global $out (mut i32) (i32.const 0))      ;; where the next byte goes
(global $limit (mut i32) (i32.const 0))    ;; end of the room for writing
(global $base (mut i32) (i32.const 0))     ;; where the output begins
(global $left (mut i32) (i32.const 0))     ;; what may still be written
(global $outline (mut i32) (i32.const 0))  ;; address of the outline
(global $grown (mut i32) (i32.const 0))    ;; whether the output is in memory of its own

;; Make objects from records: a count; for each its size, its class id, which becomes its address,
;; place and size of its content, place and count of its references; then what these name. First
;; all objects are made, then filled: they may refer to each other in any way.
(func $build (export "atoll:build") (param $records i32) (param $unpin i32)
  (local $at i32) (local $end i32) (local $object i32) (local $ref i32) (local $last i32)
  (local.set $at (i32.add (local.get $records) (i32.const 4)))
  (local.set $end
    (i32.add (local.get $at) (i32.mul (i32.load (local.get $records)) (i32.const 24))))
  (block $done (loop $next
    (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
    (i32.store offset=4 (local.get $at) (call $pin
      (call $new (i32.load (local.get $at)) (i32.load offset=4 (local.get $at)))))
    (local.set $at (i32.add (local.get $at) (i32.const 24)))
    (br $next)))
  (local.set $at (i32.add (local.get $records) (i32.const 4)))
  (block $done (loop $next
    (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
    (local.set $object (i32.load offset=4 (local.get $at)))
    (memory.copy (local.get $object)
      (i32.add (local.get $records) (i32.load offset=8 (local.get $at)))
      (i32.load offset=12 (local.get $at)))
    (local.set $ref (i32.add (local.get $records) (i32.load offset=16 (local.get $at))))
    (local.set $last (i32.add (local.get $ref)
      (i32.mul (i32.load offset=20 (local.get $at)) (i32.const 8))))
    (block $filled (loop $more
      (br_if $filled (i32.ge_u (local.get $ref) (local.get $last)))
      (call $refer (i32.add (local.get $object) (i32.load (local.get $ref)))
        (call $made (local.get $records) (i32.load offset=4 (local.get $ref))))
      (local.set $ref (i32.add (local.get $ref) (i32.const 8)))
      (br $more)))
    (local.set $at (i32.add (local.get $at) (i32.const 24)))
    (br $next)))
  (if (i32.eqz (local.get $unpin)) (then (return)))
  (local.set $at (i32.add (local.get $records) (i32.const 4)))
  (block $done (loop $next
    (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
    (call $unpin (i32.load offset=4 (local.get $at)))
    (local.set $at (i32.add (local.get $at) (i32.const 24)))
    (br $next))))

;; What stands there is a distance from the object.
(func $refer (param $at i32) (param $object i32)
  (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (local.get $object))))

;; The object with a handle: its number among the records.
(func $made (param $records i32) (param $handle i32) (result i32)
  (i32.load (i32.add (local.get $records)
    (i32.sub (i32.mul (local.get $handle) (i32.const 24)) (i32.const 16)))))

;; What is to be done before the function is called.
(func $prepare (param $mail i32)
  (local $records i32)
  (global.set $mail (local.get $mail))
  (if (i32.load offset=4 (local.get $mail)) (then (call $start)))
  (local.set $records (i32.load offset=8 (local.get $mail)))
  (if (local.get $records) (then (call $build (local.get $records) (i32.const 0)))))

;; An argument that is an object: its handle if there are records.
(func $argument (param $handle i32) (result i32)
  (local $records i32)
  (local.set $records (i32.load offset=8 (global.get $mail)))
  (if (i32.or (i32.eqz (local.get $handle)) (i32.eqz (local.get $records)))
    (then (return (local.get $handle))))
  (call $made (local.get $records) (local.get $handle)))

;; Memory behind all other.
(func $grow (export "atoll:grow") (param $size i32) (result i32)
  (local $pages i32)
  (local.set $pages
    (memory.grow (i32.add (i32.shr_u (local.get $size) (i32.const 16)) (i32.const 1))))
  (if (i32.eq (local.get $pages) (i32.const -1)) (then (unreachable)))
  (i32.shl (local.get $pages) (i32.const 16)))

;; What is wanted of an object, as MessagePack: its address in the upper half, its size in the lower
;; one. It is written from `base` to `limit`, and elsewhere if that is not enough.
(func (export "atoll:walk") (param $object i32) (param $outline i32) (param $base i32)
    (param $limit i32) (param $left i32) (result i64)
  (global.set $outline (local.get $outline))
  (global.set $base (local.get $base))
  (global.set $out (local.get $base))
  (global.set $limit (local.get $limit))
  (global.set $left (local.get $left))
  (global.set $grown (i32.const 0))
  (call $pointer (local.get $outline) (local.get $object))
  (i64.or (i64.shl (i64.extend_i32_u (global.get $base)) (i64.const 32))
    (i64.extend_i32_u (i32.sub (global.get $out) (global.get $base)))))

;; Make sure of room for so many bytes, and count them.
(func $room (param $size i32)
  (local $at i32)
  (global.set $left
    (i32.sub (global.get $left) (i32.add (local.get $size) (i32.const 8))))
  (if (i32.lt_s (global.get $left) (i32.const 0)) (then (unreachable)))
  (if (i32.le_u (i32.add (global.get $out) (local.get $size)) (global.get $limit))
    (then (return)))
  ;; As much again as there is, so that long outputs do not grow page by page.
  (local.set $size (select (local.get $size) (i32.sub (global.get $limit) (global.get $base))
    (i32.gt_u (local.get $size) (i32.sub (global.get $limit) (global.get $base)))))
  (local.set $at (call $grow (local.get $size)))
  (global.set $limit (i32.add (local.get $at)
    (i32.and (i32.add (local.get $size) (i32.const 0x10000)) (i32.const 0xffff0000))))
  ;; What was written at first comes along; what was written in grown memory goes on there.
  (if (i32.eqz (global.get $grown)) (then
    (global.set $grown (i32.const 1))
    (local.set $size (i32.sub (global.get $out) (global.get $base)))
    (memory.copy (local.get $at) (global.get $base) (local.get $size))
    (global.set $base (local.get $at))
    (global.set $out (i32.add (local.get $at) (local.get $size))))))

(func $push (param $byte i32)
  (call $room (i32.const 1))
  (i32.store8 (global.get $out) (local.get $byte))
  (global.set $out (i32.add (global.get $out) (i32.const 1))))

;; MessagePack's numbers have their highest byte first.
(func $swap (param $word i32) (result i32)
  (i32.or
    (i32.and (i32.rotl (local.get $word) (i32.const 8)) (i32.const 0x00ff00ff))
    (i32.and (i32.rotr (local.get $word) (i32.const 8)) (i32.const 0xff00ff00))))

(func $wide (param $kind i32) (param $bits i64)
  (call $room (i32.const 9))
  (i32.store8 (global.get $out) (local.get $kind))
  (i32.store offset=1 (global.get $out)
    (call $swap (i32.wrap_i64 (i64.shr_u (local.get $bits) (i64.const 32)))))
  (i32.store offset=5 (global.get $out) (call $swap (i32.wrap_i64 (local.get $bits))))
  (global.set $out (i32.add (global.get $out) (i32.const 9))))

(func $signed (param $value i64)
  (if (i64.lt_u (i64.add (local.get $value) (i64.const 32)) (i64.const 160))
    (then (call $push (i32.wrap_i64 (local.get $value))))
    (else (call $wide (i32.const 0xd3) (local.get $value)))))

(func $unsigned (param $value i64)
  (if (i64.lt_u (local.get $value) (i64.const 128))
    (then (call $push (i32.wrap_i64 (local.get $value))))
    (else (call $wide (i32.const 0xcf) (local.get $value)))))

;; A 32-bit float as the 64-bit one with the fewest digits that is rounded to it: of 0.1, not
;; 0.10000000149. Powers of ten up to 22 are exact, and so is the rounding of one division.
(func $single (param $value f32)
  (local $size f64) (local $times f64) (local $by f64) (local $short f64) (local $tries i32)
  (local.set $size (f64.promote_f32 (f32.abs (local.get $value))))
  (local.set $short (local.get $size))
  (block $found
    ;; Small whole numbers are the same, and so are those that are no numbers.
    (br_if $found (i32.and (f64.eq (f64.trunc (local.get $size)) (local.get $size))
      (f64.lt (local.get $size) (f64.const 16777216))))
    (br_if $found (i32.eqz (f64.lt (local.get $size) (f64.const inf))))
    (if (i32.or (f64.lt (local.get $size) (f64.const 1e-13))
        (f64.ge (local.get $size) (f64.const 1e22)))
      (then  ;; the host knows
        (call $room (i32.const 6))
        (i32.store16 (global.get $out) (i32.const 0x03d6))
        (f32.store offset=2 (global.get $out) (local.get $value))
        (global.set $out (i32.add (global.get $out) (i32.const 6)))
        (return)))
    ;; Six digits before the point: every 32-bit float that has no more is found so.
    (local.set $times (f64.const 1))
    (local.set $by (f64.const 1))
    (block $done (loop $next
      (br_if $done (f64.ge (f64.mul (local.get $size) (local.get $times)) (f64.const 1e5)))
      (local.set $times (f64.mul (local.get $times) (f64.const 10)))
      (br $next)))
    (block $done (loop $next
      (br_if $done (f64.lt (f64.div (local.get $size) (local.get $by)) (f64.const 1e6)))
      (local.set $by (f64.mul (local.get $by) (f64.const 10)))
      (br $next)))
    (loop $more
      (local.set $short (f64.mul (local.get $by) (f64.div (f64.nearest (f64.div
        (f64.mul (local.get $size) (local.get $times)) (local.get $by))) (local.get $times))))
      (br_if $found (f64.eq (f64.promote_f32 (f32.demote_f64 (local.get $short)))
        (local.get $size)))
      (if (f64.gt (local.get $by) (f64.const 1))
        (then (local.set $by (f64.div (local.get $by) (f64.const 10))))
        (else (local.set $times (f64.mul (local.get $times) (f64.const 10)))))
      (local.set $tries (i32.add (local.get $tries) (i32.const 1)))
      (br_if $more (i32.lt_u (local.get $tries) (i32.const 4))))
    (local.set $short (local.get $size)))
  (call $wide (i32.const 0xcb) (i64.reinterpret_f64
    (f64.copysign (local.get $short) (f64.promote_f32 (local.get $value))))))

;; A list (0xdd) or an object (0xdf) of so many items.
(func $head (param $kind i32) (param $count i32)
  (call $room (i32.const 5))
  (i32.store8 (global.get $out) (local.get $kind))
  (i32.store offset=1 (global.get $out) (call $swap (local.get $count)))
  (global.set $out (i32.add (global.get $out) (i32.const 5))))

;; Larger counts and sizes are lies, or too much.
(func $checked (param $count i32) (result i32)
  (if (i32.gt_u (local.get $count) (i32.const 0x4000000)) (then (unreachable)))
  (local.get $count))

;; Bytes, for the host to make something of: 1 base64, 2 a date.
(func $raw (param $kind i32) (param $from i32) (param $size i32)
  (call $room (i32.add (call $checked (local.get $size)) (i32.const 6)))
  (i32.store8 (global.get $out) (i32.const 0xc9))
  (i32.store offset=1 (global.get $out) (call $swap (local.get $size)))
  (i32.store8 offset=5 (global.get $out) (local.get $kind))
  (memory.copy (i32.add (global.get $out) (i32.const 6)) (local.get $from) (local.get $size))
  (global.set $out (i32.add (i32.add (global.get $out) (i32.const 6)) (local.get $size))))

;; UTF-16 as UTF-8. A lone half of a surrogate pair becomes U+FFFD.
(func $text (param $at i32)
  (local $end i32) (local $to i32) (local $unit i32) (local $low i32) (local $room i32)
  (if (i32.ne (i32.load (i32.sub (local.get $at) (i32.const 8))) (i32.const 2))
    (then (unreachable)))
  (local.set $end (call $checked (i32.load (i32.sub (local.get $at) (i32.const 4)))))
  (if (i32.and (local.get $end) (i32.const 1)) (then (unreachable)))
  (local.set $room (i32.add (i32.mul (i32.shr_u (local.get $end) (i32.const 1)) (i32.const 3))
    (i32.const 5)))
  (local.set $end (i32.add (local.get $at) (local.get $end)))
  (call $room (local.get $room))
  (local.set $to (i32.add (global.get $out) (i32.const 5)))
  (block $done (loop $next
    (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
    (local.set $unit (i32.load16_u (local.get $at)))
    (local.set $at (i32.add (local.get $at) (i32.const 2)))
    (if (i32.lt_u (local.get $unit) (i32.const 0x80)) (then
      (i32.store8 (local.get $to) (local.get $unit))
      (local.set $to (i32.add (local.get $to) (i32.const 1)))
      (br $next)))
    (if (i32.lt_u (local.get $unit) (i32.const 0x800)) (then
      (i32.store8 (local.get $to)
        (i32.or (i32.shr_u (local.get $unit) (i32.const 6)) (i32.const 0xc0)))
      (i32.store8 offset=1 (local.get $to) (call $tail (local.get $unit)))
      (local.set $to (i32.add (local.get $to) (i32.const 2)))
      (br $next)))
    (if (i32.eq (i32.and (local.get $unit) (i32.const 0xf800)) (i32.const 0xd800)) (then
      (local.set $low (i32.const 0))
      (if (i32.and (i32.lt_u (local.get $unit) (i32.const 0xdc00))
          (i32.lt_u (local.get $at) (local.get $end)))
        (then (local.set $low (i32.load16_u (local.get $at)))))
      (if (i32.eq (i32.and (local.get $low) (i32.const 0xfc00)) (i32.const 0xdc00)) (then
        (local.set $at (i32.add (local.get $at) (i32.const 2)))
        (local.set $unit (i32.add (i32.const 0x10000) (i32.or
          (i32.shl (i32.and (local.get $unit) (i32.const 0x3ff)) (i32.const 10))
          (i32.and (local.get $low) (i32.const 0x3ff)))))
        (i32.store8 (local.get $to)
          (i32.or (i32.shr_u (local.get $unit) (i32.const 18)) (i32.const 0xf0)))
        (i32.store8 offset=1 (local.get $to)
          (call $tail (i32.shr_u (local.get $unit) (i32.const 12))))
        (i32.store8 offset=2 (local.get $to)
          (call $tail (i32.shr_u (local.get $unit) (i32.const 6))))
        (i32.store8 offset=3 (local.get $to) (call $tail (local.get $unit)))
        (local.set $to (i32.add (local.get $to) (i32.const 4)))
        (br $next)))
      (local.set $unit (i32.const 0xfffd))))
    (i32.store8 (local.get $to)
      (i32.or (i32.shr_u (local.get $unit) (i32.const 12)) (i32.const 0xe0)))
    (i32.store8 offset=1 (local.get $to)
      (call $tail (i32.shr_u (local.get $unit) (i32.const 6))))
    (i32.store8 offset=2 (local.get $to) (call $tail (local.get $unit)))
    (local.set $to (i32.add (local.get $to) (i32.const 3)))
    (br $next)))
  ;; What was reserved for longer characters is given back.
  (global.set $left (i32.add (global.get $left)
    (i32.sub (local.get $room) (i32.sub (local.get $to) (global.get $out)))))
  (i32.store8 (global.get $out) (i32.const 0xdb))
  (i32.store offset=1 (global.get $out)
    (call $swap (i32.sub (i32.sub (local.get $to) (global.get $out)) (i32.const 5))))
  (global.set $out (local.get $to)))

(func $tail (param $code i32) (result i32)
  (i32.or (i32.and (local.get $code) (i32.const 0x3f)) (i32.const 0x80)))

;; What a field, element or key of a kind holds.
(func $slot (param $node i32) (param $at i32)
  (block $f64 (block $f32 (block $u64 (block $i64 (block $u32 (block $i32 (block $u16 (block $i16
  (block $u8 (block $i8 (block $bool (block $pointer
    (br_table $bool $i8 $u8 $i16 $u16 $i32 $u32 $i64 $u64 $f32 $f64 $pointer
      (i32.load8_u (local.get $node))))
    (call $pointer (local.get $node) (i32.load (local.get $at)))
    (return))
    (call $push (i32.or (i32.const 0xc2)
      (i32.ne (i32.load8_u (local.get $at)) (i32.const 0))))
    (return))
    (call $signed (i64.load8_s (local.get $at)))
    (return))
    (call $unsigned (i64.load8_u (local.get $at)))
    (return))
    (call $signed (i64.load16_s (local.get $at)))
    (return))
    (call $unsigned (i64.load16_u (local.get $at)))
    (return))
    (call $signed (i64.load32_s (local.get $at)))
    (return))
    (call $unsigned (i64.load32_u (local.get $at)))
    (return))
    (call $signed (i64.load (local.get $at)))
    (return))
    (call $unsigned (i64.load (local.get $at)))
    (return))
    (call $single (f32.load (local.get $at)))
    (return))
  (call $wide (i32.const 0xcb) (i64.load (local.get $at))))

;; An object, or null where that is allowed.
(func $pointer (param $node i32) (param $object i32)
  (if (local.get $object) (then (call $object (local.get $node) (local.get $object)) (return)))
  (if (i32.eqz (i32.load8_u offset=1 (local.get $node))) (then (unreachable)))
  (call $push (i32.const 0xc0)))

(func $object (param $node i32) (param $object i32)
  (block $class (block $map (block $set (block $static (block $array (block $view
  (block $bytes (block $viewed (block $date (block $buffer (block $text
    (br_table $text $buffer $date $viewed $bytes $view $array $static $set $map $class
      (i32.sub (i32.load8_u (local.get $node)) (i32.const 11))))
    (call $text (local.get $object))
    (return))
    (call $raw (i32.const 1) (local.get $object)
      (i32.load (i32.sub (local.get $object) (i32.const 4))))
    (return))
    (drop (i64.load offset=16 (local.get $object))) ;; an address that wraps around ends here
    (call $raw (i32.const 2) (i32.add (local.get $object) (i32.const 16)) (i32.const 8))
    (return))
    (call $raw (i32.const 1) (i32.load offset=4 (local.get $object))
      (i32.load offset=8 (local.get $object)))
    (return))
    (call $raw (i32.const 1) (i32.load offset=4 (local.get $object))
      (i32.load offset=12 (local.get $object)))
    (return))
    (call $list (local.get $node) (i32.load offset=4 (local.get $object)) (i32.div_u
      (i32.load offset=8 (local.get $object)) (i32.load offset=8 (local.get $node))))
    (return))
    (call $list (local.get $node) (i32.load offset=4 (local.get $object))
      (i32.load offset=12 (local.get $object)))
    (return))
    (call $list (local.get $node) (local.get $object) (i32.div_u
      (i32.load (i32.sub (local.get $object) (i32.const 4)))
      (i32.load offset=8 (local.get $node))))
    (return))
    (call $table (local.get $node) (local.get $object))
    (return))
    (call $table (local.get $node) (local.get $object))
    (return))
  (call $fields (local.get $node) (local.get $object)))

;; The node at a distance from the outline's beginning that another one names.
(func $child (param $at i32) (result i32)
  (i32.add (global.get $outline) (i32.load (local.get $at))))

(func $list (param $node i32) (param $at i32) (param $count i32)
  (local $item i32) (local $size i32)
  (local.set $item (call $child (i32.add (local.get $node) (i32.const 4))))
  (local.set $size (i32.load offset=8 (local.get $node)))
  (drop (call $checked (local.get $count)))
  (call $head (i32.const 0xdd) (local.get $count))
  (block $done (loop $next
    (br_if $done (i32.eqz (local.get $count)))
    (call $slot (local.get $item) (local.get $at))
    (local.set $at (i32.add (local.get $at) (local.get $size)))
    (local.set $count (i32.sub (local.get $count) (i32.const 1)))
    (br $next))))

;; A set as a list, a map as a list of objects, each of which is an entry of its table. Deleted
;; entries have the lowest bit of their link set.
(func $table (param $node i32) (param $object i32)
  (local $item i32) (local $at i32) (local $count i32) (local $found i32) (local $mark i32)
  (local.set $item (call $child (i32.add (local.get $node) (i32.const 4))))
  (local.set $at (i32.load offset=8 (local.get $object)))
  (local.set $count (call $checked (i32.load offset=16 (local.get $object))))
  (call $head (i32.const 0xdd) (i32.const 0))
  (local.set $mark (i32.sub (i32.sub (global.get $out) (global.get $base)) (i32.const 4)))
  (block $done (loop $next
    (br_if $done (i32.eqz (local.get $count)))
    (if (i32.eqz (i32.and (i32.const 1)
        (i32.load (i32.add (local.get $at) (i32.load offset=12 (local.get $node))))))
      (then
        (local.set $found (i32.add (local.get $found) (i32.const 1)))
        (if (i32.load offset=16 (local.get $node))
          (then (call $fields (local.get $item) (local.get $at)))
          (else (call $slot (local.get $item) (local.get $at))))))
    (local.set $at (i32.add (local.get $at) (i32.load offset=8 (local.get $node))))
    (local.set $count (i32.sub (local.get $count) (i32.const 1)))
    (br $next)))
  (i32.store (i32.add (global.get $base) (local.get $mark)) (call $swap (local.get $found))))

(func $fields (param $node i32) (param $object i32)
  (local $at i32) (local $end i32)
  (local.set $at (i32.add (local.get $node) (i32.const 16)))
  (local.set $end (i32.add (local.get $at)
    (i32.shl (i32.load offset=4 (local.get $node)) (i32.const 4))))
  (block $done (loop $next
    (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
    (call $ready (i32.add (local.get $at) (i32.const 8)))
    (call $slot (call $child (i32.add (local.get $at) (i32.const 4)))
      (i32.add (local.get $object) (i32.load (local.get $at))))
    (local.set $at (i32.add (local.get $at) (i32.const 16)))
    (br $next)))
  (if (i32.load offset=12 (local.get $node))
    (then (call $ready (i32.add (local.get $node) (i32.const 8))))))

;; Output that stands ready in the outline.
(func $ready (param $at i32)
  (local $size i32)
  (local.set $size (i32.load offset=4 (local.get $at)))
  (call $room (local.get $size))
  (memory.copy (global.get $out) (call $child (local.get $at)) (local.get $size))
  (global.set $out (i32.add (global.get $out) (local.get $size))))

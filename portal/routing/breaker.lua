-- The breaker that all hosts share. portal/routing/local.py is the same in Python, for the time
-- without Redis; a change belongs in both, and a test walks them side by side.
--
-- KEYS  one a route, "routing:<name>"; beside it "<key>:flights" holds the calls under way
-- ARGV  command, milliseconds to add to the clock (only tests do), process as "host|id",
--       a random number from 0 to 1, then what the command takes; see the end of the file
--
-- A route is one packed table. It and each of its hosts is a gate: a state with its epoch, how long
-- it stays cut off, and its probe. The epoch of a permit is the younger one of its two gates.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]
local process, random = ARGV[3], tonumber(ARGV[4])
local host = string.match(process, '^[^|]*')

local ALIVE = 'routing:alive'
local KEPT_MS = 86400000
local NEWS_AGAIN_MS = 2000  -- whoever took the news has died if it is not acknowledged by then
local NEWS_MOST = 50
local PROBE_WAIT_SECONDS = 1
local LATENCY_WEIGHT = 0.1
local USUAL_RISES = 1.02

-- Processes and the calls that they have under way ----------------------------------------------

local function sign_of_life()
  redis.call('ZADD', ALIVE, now, process)
  redis.call('PEXPIRE', ALIVE, KEPT_MS)
end

local function is_alive(token, policy)
  local owner = string.match(token, '^[^|]*|[^|]*')
  if owner == process then return true end
  local seen = redis.call('ZSCORE', ALIVE, owner)
  return seen and tonumber(seen) >= now - policy.alive_seconds * 1000
end

local function flights_of(route) return 'routing:' .. route.name .. ':flights' end

local function is_in_flight(route, token, policy)
  return redis.call('ZSCORE', flights_of(route), token) and is_alive(token, policy)
end

-- Every call under way as {token, began}; those of the dead are forgotten.
local function living(route, policy)
  local found = {}
  local listed = redis.call('ZRANGE', flights_of(route), 0, -1, 'WITHSCORES')
  for i = 1, #listed, 2 do
    if is_alive(listed[i], policy) then
      table.insert(found, {listed[i], tonumber(listed[i + 1])})
    else
      redis.call('ZREM', flights_of(route), listed[i])
    end
  end
  return found
end

local function flying(route, policy, limit)
  local flights = redis.call('ZCARD', flights_of(route))
  return flights >= limit and #living(route, policy) or flights
end

-- The window ----------------------------------------------------------------------------------

local function slot_now(policy) return math.floor(now / (policy.bucket_seconds * 1000)) end

local function tally(entry, policy)
  local calls, failures, first = 0, 0, nil
  local over = slot_now(policy) - policy.window_seconds / policy.bucket_seconds
  for slot, bucket in pairs(entry.buckets) do
    if slot <= over then
      entry.buckets[slot] = nil
    else
      calls, failures = calls + bucket[1], failures + bucket[2]
      first = math.min(first or slot, slot)
    end
  end
  return calls, failures, first
end

local function count(entry, failed, policy)
  local slot = slot_now(policy)
  local bucket = entry.buckets[slot] or {0, 0}
  entry.buckets[slot] = {bucket[1] + 1, bucket[2] + failed}
end

-- What the hosts in use saw; `enough` is how many calls are worth judging.
local function shared_window(route, policy)
  local calls, failures, first = 0, 0, slot_now(policy)
  local latest = 0
  for _, entry in pairs(route.hosts) do
    if entry.state == 'closed' then
      local n, f, slot = tally(entry, policy)
      calls, failures, first = calls + n, failures + f, math.min(first, slot or first)
      latest = latest + (entry.buckets[slot_now(policy)] or {0})[1]
    end
  end
  -- The rate is told by whole buckets, a quarter of the window at least: a burst is no load.
  local seconds = (slot_now(policy) - first) * policy.bucket_seconds
  local busy = seconds * 4 >= policy.window_seconds
    and (calls - latest) * 60 >= policy.busy_calls_a_minute * seconds
  return calls, failures, busy and policy.min_calls_busy or policy.min_calls
end

-- Gates ---------------------------------------------------------------------------------------

local function host_entry(route, name)
  local entry = route.hosts[name]
  if not entry then
    entry = {host = name, state = 'closed', epoch = 0, since = 0, openings = 0, passed = 0,
             streak = 0, buckets = {}}
    route.hosts[name] = entry
  end
  entry.seen = now
  return entry
end

local function move(route, gate, to, reason, figures)
  route.serial = route.serial + 1
  figures.openings = gate.openings
  table.insert(route.news, {route = route.name, host = gate.host or '', epoch = route.serial,
    at = now, from = gate.state, to = to, reason = reason, figures = figures, given = 0})
  if #route.news > NEWS_MOST then table.remove(route.news, 1) end
  gate.state, gate.epoch, gate.since, gate.reason = to, route.serial, now, reason
  gate.probe, gate.passed = nil, 0
end

local function cut_off(route, gate, policy, reason, figures, seconds)
  if not seconds then
    if gate.state == 'closed' and now - gate.since >= policy.calm_seconds * 1000 then
      gate.openings = 0
    end
    local doubled = policy.open_seconds * 2 ^ math.min(gate.openings, 20)
    local spread = 1 + (2 * random - 1) * policy.jitter_percent / 100
    seconds = math.min(doubled, policy.open_most_seconds) * spread
    gate.openings = gate.openings + 1
  end
  gate.reopen = now + math.floor(seconds * 1000)
  figures.seconds = seconds
  move(route, gate, 'open', reason, figures)
end

local function start_window(route) route.done, route.spent, route.peak, route.eased = 0, 0, 0, false end

local function take_back(route, gate, policy)
  move(route, gate, 'closed', 'probes', {probes = policy.probes})
  for _, entry in pairs(gate.hosts or {gate}) do entry.buckets, entry.streak = {}, 0 end
  if gate == route then
    route.streak, route.limit = 0, policy.start_concurrency
    start_window(route)
  end
end

-- Judging -------------------------------------------------------------------------------------

-- Which hosts wait too long, when more than half of enough calls under way do.
local function stalled(route, policy)
  local late = now - policy.stall_seconds * 1000
  if redis.call('ZCARD', flights_of(route)) < policy.stall_calls
    or redis.call('ZCOUNT', flights_of(route), '-inf', '(' .. late) * 2 <= policy.stall_calls then
    return nil
  end
  local hosts, old, all = {}, 0, 0
  for _, flight in ipairs(living(route, policy)) do
    local entry = route.hosts[string.match(flight[1], '^[^|]*')]
    -- What began under an earlier state was judged then.
    if entry and entry.state == 'closed' and flight[2] >= math.max(route.since, entry.since) then
      all = all + 1
      if flight[2] < late then old, hosts[entry.host] = old + 1, true end
    end
  end
  if all >= policy.stall_calls and old * 2 > all then
    return hosts, {in_flight = all, stalled = old}
  end
end

-- The only host in trouble, while another one is active and has none.
local function culprit(route, policy, troubled)
  local only, sound
  for name, entry in pairs(route.hosts) do
    if entry.state == 'closed' then
      local calls, failures = tally(entry, policy)
      if failures > 0 or troubled[name] then
        if only then return nil end
        only = entry
      elseif calls > 0 then
        sound = true
      end
    end
  end
  return sound and only
end

local function judge(route, policy)
  if route.state ~= 'closed' then return end
  local calls, failures, enough = shared_window(route, policy)
  local figures = {calls = calls, failures = failures}
  local troubled, reason = {}, nil
  if route.streak >= policy.consecutive then
    reason = 'consecutive'
  elseif calls >= enough and failures * 100 > policy.failure_percent * calls then
    reason = 'share'
  else
    local hosts, waiting = stalled(route, policy)
    if hosts then
      troubled, reason, figures = hosts, 'stalled', waiting
    end
  end
  local sick = culprit(route, policy, troubled)
  if not reason and sick and sick.streak >= policy.consecutive then reason = 'consecutive' end
  if not reason then return end
  cut_off(route, sick or route, policy, reason, figures)
  if sick then route.streak = 0 end
end

-- How many calls at once ----------------------------------------------------------------------

local function ease(route, percent)
  if route.eased then return end
  route.limit = math.max(1, math.floor(route.limit * percent / 100))
  route.eased = true
end

local function adapt(route, policy, failed, milliseconds)
  route.done, route.spent = route.done + 1, route.spent + milliseconds
  if failed == 1 then ease(route, policy.ease_percent) end
  if route.done < route.limit then return end
  local mean = route.spent / route.done
  if mean > math.max(policy.slow_milliseconds, 2 * (route.usual or mean)) then
    ease(route, policy.ease_percent)
  elseif not route.eased and route.peak * 2 >= route.limit then
    route.limit = math.min(route.limit + 1, policy.most_concurrency)
  end
  route.usual = math.min(mean, (route.usual or mean) * USUAL_RISES)
  start_window(route)
end

-- Letting a call through ----------------------------------------------------------------------

local function retries_key(route) return 'routing:' .. string.match(route.name, '^[^.]*') .. ':retries' end

-- Seconds until the gate may let a call through, or nil.
local function shut(route, gate, policy)
  if gate.state == 'open' and now < gate.reopen then return (gate.reopen - now) / 1000 end
  if gate.state == 'half_open' and gate.probe and is_in_flight(route, gate.probe, policy) then
    return PROBE_WAIT_SECONDS
  end
end

-- Why no call may go now, and for how many seconds; nil when one may.
local function refusal(route, entry, policy, forced, retry)
  if forced == 'open' then return 'open', policy.open_seconds end
  local wait = forced == '' and (shut(route, route, policy) or shut(route, entry, policy))
  if wait then return 'open', wait end
  if now < route.paused then return 'full', (route.paused - now) / 1000 end
  local limit = forced == '' and route.limit or policy.usual_concurrency
  local probing = forced == '' and (route.state ~= 'closed' or entry.state ~= 'closed')
  if not probing and flying(route, policy, limit) >= limit then
    return 'full', math.min(math.max(route.latency / limit / 1000, 0.1), 5)
  end
  if retry and tonumber(redis.call('GET', retries_key(route)) or policy.retry_reserve) < 1 then
    return 'budget', policy.open_seconds
  end
end

local function spend(route, policy, retry)
  local key = retries_key(route)
  local left = tonumber(redis.call('GET', key) or policy.retry_reserve)
  left = retry and left - 1 or left + policy.retry_percent / 100
  if left < policy.retry_reserve then
    redis.call('SET', key, string.format('%.2f', left), 'PX', KEPT_MS)
  else
    redis.call('DEL', key)
  end
end

local function let_through(route, entry, policy, forced, token)
  local probe = false
  for _, gate in ipairs({route, entry}) do
    if forced == '' and gate.state ~= 'closed' then
      if gate.state == 'open' then move(route, gate, 'half_open', 'time', {}) end
      gate.probe, probe = token, true
    end
  end
  redis.call('ZADD', flights_of(route), now, token)
  redis.call('PEXPIRE', flights_of(route), policy.flight_seconds * 1000)
  route.peak = math.max(route.peak, redis.call('ZCARD', flights_of(route)))
  return {route.name, math.max(route.epoch, entry.epoch), probe}
end

-- What a call told ----------------------------------------------------------------------------

local function hear_probe(route, gate, policy, token, result)
  if gate.probe ~= token then return end
  gate.probe = nil
  if result == 'failed' then
    cut_off(route, gate, policy, 'probe', {})
  elseif result == 'ok' then
    gate.passed = gate.passed + 1
    if gate.passed >= policy.probes then take_back(route, gate, policy) end
  end
end

local function hear(route, entry, policy, token, result, milliseconds, after)
  if result == 'away' and route.state ~= 'open' then
    cut_off(route, route, policy, 'away', {}, after > 0 and after or policy.open_seconds)
  elseif result == 'throttled' then
    ease(route, 50)
    route.paused = math.max(route.paused, now + math.floor(after * 1000))
  elseif result == 'ok' or result == 'failed' then
    local failed = result == 'failed' and 1 or 0
    count(entry, failed, policy)
    route.streak, entry.streak = failed * (route.streak + 1), failed * (entry.streak + 1)
    if failed == 0 then
      local before = route.latency > 0 and route.latency or milliseconds
      route.latency = before + LATENCY_WEIGHT * (milliseconds - before)
    end
    if route.state == 'closed' and entry.state == 'closed' then
      adapt(route, policy, failed, milliseconds)
    end
  end
  for _, gate in ipairs({route, entry}) do hear_probe(route, gate, policy, token, result) end
end

-- Loading, saving, news -----------------------------------------------------------------------

local function load(key, policy)
  local packed = redis.call('GET', key)
  if not packed then return nil end
  local route = cmsgpack.unpack(packed)
  redis.call('ZREMRANGEBYSCORE', key .. ':flights', '-inf', now - policy.flight_seconds * 1000)
  return route
end

local function save(route, policy, answer)
  for _, item in ipairs(route.news) do
    if now - item.given >= NEWS_AGAIN_MS then
      item.given = now
      answer.news = answer.news or {}
      table.insert(answer.news, item)
    end
  end
  for name, entry in pairs(route.hosts) do
    local idle = now - entry.seen > (policy.calm_seconds + policy.window_seconds) * 1000
    if idle and entry.state == 'closed' then route.hosts[name] = nil end
  end
  redis.call('SET', 'routing:' .. route.name, cmsgpack.pack(route), 'PX', KEPT_MS)
end

local function unknown()
  local missing = {}
  for i, key in ipairs(KEYS) do
    if redis.call('EXISTS', key) == 0 then table.insert(missing, i) end
  end
  return {unknown = missing}
end

-- Commands ------------------------------------------------------------------------------------

local commands = {}

-- token, retry "1" or "", then forced and policy of each route: the first that lets a call through.
-- With the token "" nothing goes: the answer tells whether one might.
function commands.admit()
  local token, retry = ARGV[5], ARGV[6] == '1'
  local answer, whys = {}, {}
  for i, key in ipairs(KEYS) do
    local forced, policy = ARGV[5 + 2 * i], cjson.decode(ARGV[6 + 2 * i])
    local route = load(key, policy)
    if not route then return unknown() end
    local entry = host_entry(route, host)
    judge(route, policy)
    local why, after = refusal(route, entry, policy, forced, retry)
    if why then
      whys[why], answer.after = true, math.min(answer.after or after, after)
    elseif token ~= '' then
      answer.permit = let_through(route, entry, policy, forced, token)
      spend(route, policy, retry)
      sign_of_life()
    end
    save(route, policy, answer)
    if not why then
      answer.why, answer.after = nil, nil
      return answer
    end
    answer.why = whys.full and 'full' or whys.budget and 'budget' or 'open'
  end
  return answer
end

-- token, epoch, result, milliseconds, seconds after which to call again, policy.
function commands.report()
  local token, policy, answer = ARGV[5], cjson.decode(ARGV[10]), {}
  local route = load(KEYS[1], policy)
  redis.call('ZREM', KEYS[1] .. ':flights', token)
  sign_of_life()
  if not route then return answer end
  local entry = host_entry(route, host)
  if tonumber(ARGV[6]) == math.max(route.epoch, entry.epoch) then
    hear(route, entry, policy, token, ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9]))
  end
  judge(route, policy)
  save(route, policy, answer)
  return answer
end

-- The policy of each route.
function commands.look()
  local answer = {routes = {}}
  for i, key in ipairs(KEYS) do
    local policy = cjson.decode(ARGV[4 + i])
    local route = load(key, policy)
    if not route then return unknown() end
    judge(route, policy)
    local calls, failures = shared_window(route, policy)
    local cut = {}
    for name, entry in pairs(route.hosts) do
      if entry.state ~= 'closed' then table.insert(cut, name) end
    end
    table.insert(answer.routes, {name = route.name, state = route.state, since = route.since,
      reopen = route.state == 'open' and route.reopen or nil, reason = route.reason,
      calls = calls, failures = failures, in_flight = #living(route, policy),
      limit = route.limit, latency = route.latency, quarantined = #cut > 0 and cut or nil})
    save(route, policy, answer)
  end
  return answer
end

function commands.latencies()
  local answer = {}
  for i, key in ipairs(KEYS) do
    local packed = redis.call('GET', key)
    answer[i] = packed and cmsgpack.unpack(packed).latency or 0
  end
  return {latencies = answer}
end

-- For each route its record, rebuilt from rows, and its policy. The first to bring one wins.
function commands.restore()
  local answer = {}
  for i, key in ipairs(KEYS) do
    if redis.call('EXISTS', key) == 0 then
      local route, policy = cjson.decode(ARGV[3 + 2 * i]), cjson.decode(ARGV[4 + 2 * i])
      for _, entry in pairs(route.hosts) do
        local buckets = {}
        for _, bucket in ipairs(entry.buckets) do buckets[bucket[1]] = {bucket[2], bucket[3]} end
        entry.buckets, entry.seen = buckets, now
      end
      route.news = {}
      start_window(route)
      judge(route, policy)
      save(route, policy, answer)
    end
  end
  return answer
end

-- Epochs of the news that are rows now.
function commands.acknowledge()
  local route = load(KEYS[1], {flight_seconds = KEPT_MS / 1000})
  if not route then return {} end
  local told, left = {}, {}
  for i = 5, #ARGV do told[tonumber(ARGV[i])] = true end
  for _, item in ipairs(route.news) do
    if not told[item.epoch] then table.insert(left, item) end
  end
  route.news = left
  redis.call('SET', KEYS[1], cmsgpack.pack(route), 'PX', KEPT_MS)
  return {}
end

-- Of each route, a token that nobody will report any more.
function commands.pulse()
  sign_of_life()
  redis.call('ZREMRANGEBYSCORE', ALIVE, '-inf', now - KEPT_MS)
  for i, key in ipairs(KEYS) do redis.call('ZREM', key .. ':flights', ARGV[4 + i]) end
  return {}
end

return cjson.encode(commands[ARGV[1]]())

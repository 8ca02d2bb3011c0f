/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const dispersy = $root.dispersy = (() => {

    /**
     * Namespace dispersy.
     * @exports dispersy
     * @namespace
     */
    const dispersy = {};

    dispersy.Datagram = (function() {

        /**
         * Properties of a Datagram.
         * @typedef {Object} dispersy.Datagram.$Properties
         * @property {Uint8Array|null} [overlay] Datagram overlay
         * @property {dispersy.IntroductionRequest.$Properties|null} [introductionRequest] Datagram introductionRequest
         * @property {dispersy.IntroductionResponse.$Properties|null} [introductionResponse] Datagram introductionResponse
         * @property {dispersy.PunctureRequest.$Properties|null} [punctureRequest] Datagram punctureRequest
         * @property {dispersy.Puncture.$Properties|null} [puncture] Datagram puncture
         * @property {dispersy.Bundles.$Properties|null} [bundles] Datagram bundles
         * @property {dispersy.Sealed.$Properties|null} [sealed] Datagram sealed
         * @property {dispersy.Notice.$Properties|null} [notice] Datagram notice
         * @property {"introductionRequest"|"introductionResponse"|"punctureRequest"|"puncture"|"bundles"|"sealed"|"notice"} [kind] Datagram kind
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Datagram.
         * @memberof dispersy
         * @interface IDatagram
         * @augments dispersy.Datagram.$Properties
         * @deprecated Use dispersy.Datagram.$Properties instead.
         */

        /**
         * Narrowed shape of a Datagram.
         * @typedef {{
         *   overlay?: Uint8Array|null;
         *   introductionRequest?: dispersy.IntroductionRequest.$Shape|null;
         *   introductionResponse?: dispersy.IntroductionResponse.$Shape|null;
         *   punctureRequest?: dispersy.PunctureRequest.$Shape|null;
         *   puncture?: dispersy.Puncture.$Shape|null;
         *   bundles?: dispersy.Bundles.$Shape|null;
         *   sealed?: dispersy.Sealed.$Shape|null;
         *   notice?: dispersy.Notice.$Shape|null;
         *   $unknowns?: Array.<Uint8Array>;
         * } & (
         *   ({ kind?: undefined; introductionRequest?: null; introductionResponse?: null; punctureRequest?: null; puncture?: null; bundles?: null; sealed?: null; notice?: null }|{ kind?: "introductionRequest"; introductionRequest: dispersy.IntroductionRequest.$Shape; introductionResponse?: null; punctureRequest?: null; puncture?: null; bundles?: null; sealed?: null; notice?: null }|{ kind?: "introductionResponse"; introductionRequest?: null; introductionResponse: dispersy.IntroductionResponse.$Shape; punctureRequest?: null; puncture?: null; bundles?: null; sealed?: null; notice?: null }|{ kind?: "punctureRequest"; introductionRequest?: null; introductionResponse?: null; punctureRequest: dispersy.PunctureRequest.$Shape; puncture?: null; bundles?: null; sealed?: null; notice?: null }|{ kind?: "puncture"; introductionRequest?: null; introductionResponse?: null; punctureRequest?: null; puncture: dispersy.Puncture.$Shape; bundles?: null; sealed?: null; notice?: null }|{ kind?: "bundles"; introductionRequest?: null; introductionResponse?: null; punctureRequest?: null; puncture?: null; bundles: dispersy.Bundles.$Shape; sealed?: null; notice?: null }|{ kind?: "sealed"; introductionRequest?: null; introductionResponse?: null; punctureRequest?: null; puncture?: null; bundles?: null; sealed: dispersy.Sealed.$Shape; notice?: null }|{ kind?: "notice"; introductionRequest?: null; introductionResponse?: null; punctureRequest?: null; puncture?: null; bundles?: null; sealed?: null; notice: dispersy.Notice.$Shape })
         * )} dispersy.Datagram.$Shape
         */

        /**
         * Constructs a new Datagram.
         * @memberof dispersy
         * @classdesc Represents a Datagram.
         * @constructor
         * @param {dispersy.Datagram.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Datagram = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Datagram overlay.
         * @member {Uint8Array} overlay
         * @memberof dispersy.Datagram
         * @instance
         */
        Datagram.prototype.overlay = $util.newBuffer([]);

        /**
         * Datagram introductionRequest.
         * @member {dispersy.IntroductionRequest.$Properties|null|undefined} introductionRequest
         * @memberof dispersy.Datagram
         * @instance
         */
        Datagram.prototype.introductionRequest = null;

        /**
         * Datagram introductionResponse.
         * @member {dispersy.IntroductionResponse.$Properties|null|undefined} introductionResponse
         * @memberof dispersy.Datagram
         * @instance
         */
        Datagram.prototype.introductionResponse = null;

        /**
         * Datagram punctureRequest.
         * @member {dispersy.PunctureRequest.$Properties|null|undefined} punctureRequest
         * @memberof dispersy.Datagram
         * @instance
         */
        Datagram.prototype.punctureRequest = null;

        /**
         * Datagram puncture.
         * @member {dispersy.Puncture.$Properties|null|undefined} puncture
         * @memberof dispersy.Datagram
         * @instance
         */
        Datagram.prototype.puncture = null;

        /**
         * Datagram bundles.
         * @member {dispersy.Bundles.$Properties|null|undefined} bundles
         * @memberof dispersy.Datagram
         * @instance
         */
        Datagram.prototype.bundles = null;

        /**
         * Datagram sealed.
         * @member {dispersy.Sealed.$Properties|null|undefined} sealed
         * @memberof dispersy.Datagram
         * @instance
         */
        Datagram.prototype.sealed = null;

        /**
         * Datagram notice.
         * @member {dispersy.Notice.$Properties|null|undefined} notice
         * @memberof dispersy.Datagram
         * @instance
         */
        Datagram.prototype.notice = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        /**
         * Datagram kind.
         * @member {"introductionRequest"|"introductionResponse"|"punctureRequest"|"puncture"|"bundles"|"sealed"|"notice"|undefined} kind
         * @memberof dispersy.Datagram
         * @instance
         */
        $Object.defineProperty(Datagram.prototype, "kind", {
            get: $util.oneOfGetter($oneOfFields = ["introductionRequest", "introductionResponse", "punctureRequest", "puncture", "bundles", "sealed", "notice"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Datagram message. Does not implicitly {@link dispersy.Datagram.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Datagram
         * @static
         * @param {dispersy.Datagram.$Properties} message Datagram message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Datagram.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.overlay != null && $Object.hasOwnProperty.call(message, "overlay") && message.overlay.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.overlay);
            if (message.introductionRequest != null && $Object.hasOwnProperty.call(message, "introductionRequest"))
                $root.dispersy.IntroductionRequest.encode(message.introductionRequest, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.introductionResponse != null && $Object.hasOwnProperty.call(message, "introductionResponse"))
                $root.dispersy.IntroductionResponse.encode(message.introductionResponse, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
            if (message.punctureRequest != null && $Object.hasOwnProperty.call(message, "punctureRequest"))
                $root.dispersy.PunctureRequest.encode(message.punctureRequest, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
            if (message.puncture != null && $Object.hasOwnProperty.call(message, "puncture"))
                $root.dispersy.Puncture.encode(message.puncture, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
            if (message.bundles != null && $Object.hasOwnProperty.call(message, "bundles"))
                $root.dispersy.Bundles.encode(message.bundles, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
            if (message.sealed != null && $Object.hasOwnProperty.call(message, "sealed"))
                $root.dispersy.Sealed.encode(message.sealed, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
            if (message.notice != null && $Object.hasOwnProperty.call(message, "notice"))
                $root.dispersy.Notice.encode(message.notice, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Datagram message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Datagram
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Datagram & dispersy.Datagram.$Shape} Datagram
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Datagram.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Datagram();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.overlay = value;
                        else
                            delete message.overlay;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.introductionRequest = $root.dispersy.IntroductionRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.introductionRequest);
                        message.kind = "introductionRequest";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.introductionResponse = $root.dispersy.IntroductionResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.introductionResponse);
                        message.kind = "introductionResponse";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.punctureRequest = $root.dispersy.PunctureRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.punctureRequest);
                        message.kind = "punctureRequest";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.puncture = $root.dispersy.Puncture.decode(reader, reader.size(), $undefined, _depth + 1, message.puncture);
                        message.kind = "puncture";
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.bundles = $root.dispersy.Bundles.decode(reader, reader.size(), $undefined, _depth + 1, message.bundles);
                        message.kind = "bundles";
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.sealed = $root.dispersy.Sealed.decode(reader, reader.size(), $undefined, _depth + 1, message.sealed);
                        message.kind = "sealed";
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        message.notice = $root.dispersy.Notice.decode(reader, reader.size(), $undefined, _depth + 1, message.notice);
                        message.kind = "notice";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Datagram;
    })();

    dispersy.IntroductionRequest = (function() {

        /**
         * Properties of an IntroductionRequest.
         * @typedef {Object} dispersy.IntroductionRequest.$Properties
         * @property {Uint8Array|null} [identifier] IntroductionRequest identifier
         * @property {Uint8Array|null} [instance] IntroductionRequest instance
         * @property {number|null} [version] IntroductionRequest version
         * @property {number|null} [features] IntroductionRequest features
         * @property {Uint8Array|null} [destination] IntroductionRequest destination
         * @property {Uint8Array|null} [lan] IntroductionRequest lan
         * @property {Uint8Array|null} [token] IntroductionRequest token
         * @property {Uint8Array|null} [grant] IntroductionRequest grant
         * @property {dispersy.NatSummary.$Properties|null} [nat] IntroductionRequest nat
         * @property {boolean|null} [advice] IntroductionRequest advice
         * @property {dispersy.Offer.$Properties|null} [offer] IntroductionRequest offer
         * @property {Uint8Array|null} [seek] IntroductionRequest seek
         * @property {dispersy.DialBackRequest.$Properties|null} [dialBack] IntroductionRequest dialBack
         * @property {number|null} [oldestVersion] IntroductionRequest oldestVersion
         * @property {Uint8Array|null} [padding] IntroductionRequest padding
         * @property {number|null} [rate] IntroductionRequest rate
         * @property {number|null} [largest] IntroductionRequest largest
         * @property {number|null} [responseBytes] IntroductionRequest responseBytes
         * @property {string|null} [webSocket] IntroductionRequest webSocket
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an IntroductionRequest.
         * @memberof dispersy
         * @interface IIntroductionRequest
         * @augments dispersy.IntroductionRequest.$Properties
         * @deprecated Use dispersy.IntroductionRequest.$Properties instead.
         */

        /**
         * Shape of an IntroductionRequest.
         * @typedef {{
         *   identifier?: Uint8Array|null;
         *   instance?: Uint8Array|null;
         *   version?: number|null;
         *   features?: number|null;
         *   destination?: Uint8Array|null;
         *   lan?: Uint8Array|null;
         *   token?: Uint8Array|null;
         *   grant?: Uint8Array|null;
         *   nat?: dispersy.NatSummary.$Shape|null;
         *   advice?: boolean|null;
         *   offer?: dispersy.Offer.$Shape|null;
         *   seek?: Uint8Array|null;
         *   dialBack?: dispersy.DialBackRequest.$Shape|null;
         *   oldestVersion?: number|null;
         *   padding?: Uint8Array|null;
         *   rate?: number|null;
         *   largest?: number|null;
         *   responseBytes?: number|null;
         *   webSocket?: string|null;
         *   $unknowns?: Array.<Uint8Array>;
         * }} dispersy.IntroductionRequest.$Shape
         */

        /**
         * Constructs a new IntroductionRequest.
         * @memberof dispersy
         * @classdesc Represents an IntroductionRequest.
         * @constructor
         * @param {dispersy.IntroductionRequest.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const IntroductionRequest = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * IntroductionRequest identifier.
         * @member {Uint8Array} identifier
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.identifier = $util.newBuffer([]);

        /**
         * IntroductionRequest instance.
         * @member {Uint8Array} instance
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.instance = $util.newBuffer([]);

        /**
         * IntroductionRequest version.
         * @member {number} version
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.version = 0;

        /**
         * IntroductionRequest features.
         * @member {number} features
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.features = 0;

        /**
         * IntroductionRequest destination.
         * @member {Uint8Array} destination
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.destination = $util.newBuffer([]);

        /**
         * IntroductionRequest lan.
         * @member {Uint8Array} lan
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.lan = $util.newBuffer([]);

        /**
         * IntroductionRequest token.
         * @member {Uint8Array} token
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.token = $util.newBuffer([]);

        /**
         * IntroductionRequest grant.
         * @member {Uint8Array} grant
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.grant = $util.newBuffer([]);

        /**
         * IntroductionRequest nat.
         * @member {dispersy.NatSummary.$Properties|null|undefined} nat
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.nat = null;

        /**
         * IntroductionRequest advice.
         * @member {boolean} advice
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.advice = false;

        /**
         * IntroductionRequest offer.
         * @member {dispersy.Offer.$Properties|null|undefined} offer
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.offer = null;

        /**
         * IntroductionRequest seek.
         * @member {Uint8Array} seek
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.seek = $util.newBuffer([]);

        /**
         * IntroductionRequest dialBack.
         * @member {dispersy.DialBackRequest.$Properties|null|undefined} dialBack
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.dialBack = null;

        /**
         * IntroductionRequest oldestVersion.
         * @member {number} oldestVersion
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.oldestVersion = 0;

        /**
         * IntroductionRequest padding.
         * @member {Uint8Array} padding
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.padding = $util.newBuffer([]);

        /**
         * IntroductionRequest rate.
         * @member {number} rate
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.rate = 0;

        /**
         * IntroductionRequest largest.
         * @member {number} largest
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.largest = 0;

        /**
         * IntroductionRequest responseBytes.
         * @member {number} responseBytes
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.responseBytes = 0;

        /**
         * IntroductionRequest webSocket.
         * @member {string} webSocket
         * @memberof dispersy.IntroductionRequest
         * @instance
         */
        IntroductionRequest.prototype.webSocket = "";

        /**
         * Encodes the specified IntroductionRequest message. Does not implicitly {@link dispersy.IntroductionRequest.verify|verify} messages.
         * @function encode
         * @memberof dispersy.IntroductionRequest
         * @static
         * @param {dispersy.IntroductionRequest.$Properties} message IntroductionRequest message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        IntroductionRequest.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.identifier != null && $Object.hasOwnProperty.call(message, "identifier") && message.identifier.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.identifier);
            if (message.instance != null && $Object.hasOwnProperty.call(message, "instance") && message.instance.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.instance);
            if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== 0)
                writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.version);
            if (message.features != null && $Object.hasOwnProperty.call(message, "features") && message.features !== 0)
                writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.features);
            if (message.destination != null && $Object.hasOwnProperty.call(message, "destination") && message.destination.length)
                writer.uint32(/* id 5, wireType 2 =*/42).bytes(message.destination);
            if (message.lan != null && $Object.hasOwnProperty.call(message, "lan") && message.lan.length)
                writer.uint32(/* id 6, wireType 2 =*/50).bytes(message.lan);
            if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                writer.uint32(/* id 7, wireType 2 =*/58).bytes(message.token);
            if (message.grant != null && $Object.hasOwnProperty.call(message, "grant") && message.grant.length)
                writer.uint32(/* id 8, wireType 2 =*/66).bytes(message.grant);
            if (message.nat != null && $Object.hasOwnProperty.call(message, "nat"))
                $root.dispersy.NatSummary.encode(message.nat, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
            if (message.advice != null && $Object.hasOwnProperty.call(message, "advice") && message.advice !== false)
                writer.uint32(/* id 10, wireType 0 =*/80).bool(message.advice);
            if (message.offer != null && $Object.hasOwnProperty.call(message, "offer"))
                $root.dispersy.Offer.encode(message.offer, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
            if (message.seek != null && $Object.hasOwnProperty.call(message, "seek") && message.seek.length)
                writer.uint32(/* id 12, wireType 2 =*/98).bytes(message.seek);
            if (message.dialBack != null && $Object.hasOwnProperty.call(message, "dialBack"))
                $root.dispersy.DialBackRequest.encode(message.dialBack, writer.uint32(/* id 13, wireType 2 =*/106).fork(), _depth + 1).ldelim();
            if (message.oldestVersion != null && $Object.hasOwnProperty.call(message, "oldestVersion") && message.oldestVersion !== 0)
                writer.uint32(/* id 14, wireType 0 =*/112).uint32(message.oldestVersion);
            if (message.padding != null && $Object.hasOwnProperty.call(message, "padding") && message.padding.length)
                writer.uint32(/* id 15, wireType 2 =*/122).bytes(message.padding);
            if (message.rate != null && $Object.hasOwnProperty.call(message, "rate") && message.rate !== 0)
                writer.uint32(/* id 16, wireType 0 =*/128).uint32(message.rate);
            if (message.largest != null && $Object.hasOwnProperty.call(message, "largest") && message.largest !== 0)
                writer.uint32(/* id 17, wireType 0 =*/136).uint32(message.largest);
            if (message.responseBytes != null && $Object.hasOwnProperty.call(message, "responseBytes") && message.responseBytes !== 0)
                writer.uint32(/* id 18, wireType 0 =*/144).uint32(message.responseBytes);
            if (message.webSocket != null && $Object.hasOwnProperty.call(message, "webSocket") && message.webSocket !== "")
                writer.uint32(/* id 19, wireType 2 =*/154).string(message.webSocket);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an IntroductionRequest message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.IntroductionRequest
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.IntroductionRequest & dispersy.IntroductionRequest.$Shape} IntroductionRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        IntroductionRequest.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.IntroductionRequest();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.identifier = value;
                        else
                            delete message.identifier;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.instance = value;
                        else
                            delete message.instance;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.version = value;
                        else
                            delete message.version;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.features = value;
                        else
                            delete message.features;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.destination = value;
                        else
                            delete message.destination;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.lan = value;
                        else
                            delete message.lan;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.token = value;
                        else
                            delete message.token;
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.grant = value;
                        else
                            delete message.grant;
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        message.nat = $root.dispersy.NatSummary.decode(reader, reader.size(), $undefined, _depth + 1, message.nat);
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.advice = value;
                        else
                            delete message.advice;
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        message.offer = $root.dispersy.Offer.decode(reader, reader.size(), $undefined, _depth + 1, message.offer);
                        continue;
                    }
                case 12: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.seek = value;
                        else
                            delete message.seek;
                        continue;
                    }
                case 13: {
                        if (wireType !== 2)
                            break;
                        message.dialBack = $root.dispersy.DialBackRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.dialBack);
                        continue;
                    }
                case 14: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.oldestVersion = value;
                        else
                            delete message.oldestVersion;
                        continue;
                    }
                case 15: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.padding = value;
                        else
                            delete message.padding;
                        continue;
                    }
                case 16: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.rate = value;
                        else
                            delete message.rate;
                        continue;
                    }
                case 17: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.largest = value;
                        else
                            delete message.largest;
                        continue;
                    }
                case 18: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.responseBytes = value;
                        else
                            delete message.responseBytes;
                        continue;
                    }
                case 19: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.webSocket = value;
                        else
                            delete message.webSocket;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return IntroductionRequest;
    })();

    dispersy.IntroductionResponse = (function() {

        /**
         * Properties of an IntroductionResponse.
         * @typedef {Object} dispersy.IntroductionResponse.$Properties
         * @property {Uint8Array|null} [identifier] IntroductionResponse identifier
         * @property {Uint8Array|null} [instance] IntroductionResponse instance
         * @property {number|null} [version] IntroductionResponse version
         * @property {number|null} [features] IntroductionResponse features
         * @property {Uint8Array|null} [destination] IntroductionResponse destination
         * @property {Uint8Array|null} [lan] IntroductionResponse lan
         * @property {dispersy.DialBack.$Properties|null} [dialBack] IntroductionResponse dialBack
         * @property {Uint8Array|null} [grant] IntroductionResponse grant
         * @property {dispersy.NatSummary.$Properties|null} [nat] IntroductionResponse nat
         * @property {boolean|null} [validated] IntroductionResponse validated
         * @property {boolean|null} [tracker] IntroductionResponse tracker
         * @property {dispersy.Introduction.$Properties|null} [introduction] IntroductionResponse introduction
         * @property {dispersy.Holdings.$Properties|null} [holdings] IntroductionResponse holdings
         * @property {dispersy.Answer.$Properties|null} [answer] IntroductionResponse answer
         * @property {Uint8Array|null} [padding] IntroductionResponse padding
         * @property {number|null} [oldestVersion] IntroductionResponse oldestVersion
         * @property {Array.<string>|null} [webSockets] IntroductionResponse webSockets
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an IntroductionResponse.
         * @memberof dispersy
         * @interface IIntroductionResponse
         * @augments dispersy.IntroductionResponse.$Properties
         * @deprecated Use dispersy.IntroductionResponse.$Properties instead.
         */

        /**
         * Shape of an IntroductionResponse.
         * @typedef {dispersy.IntroductionResponse.$Properties} dispersy.IntroductionResponse.$Shape
         */

        /**
         * Constructs a new IntroductionResponse.
         * @memberof dispersy
         * @classdesc Represents an IntroductionResponse.
         * @constructor
         * @param {dispersy.IntroductionResponse.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const IntroductionResponse = function (properties) {
            this.webSockets = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * IntroductionResponse identifier.
         * @member {Uint8Array} identifier
         * @memberof dispersy.IntroductionResponse
         * @instance
         */
        IntroductionResponse.prototype.identifier = $util.newBuffer([]);

        /**
         * IntroductionResponse instance.
         * @member {Uint8Array} instance
         * @memberof dispersy.IntroductionResponse
         * @instance
         */
        IntroductionResponse.prototype.instance = $util.newBuffer([]);

        /**
         * IntroductionResponse version.
         * @member {number} version
         * @memberof dispersy.IntroductionResponse
         * @instance
         */
        IntroductionResponse.prototype.version = 0;

        /**
         * IntroductionResponse features.
         * @member {number} features
         * @memberof dispersy.IntroductionResponse
         * @instance
         */
        IntroductionResponse.prototype.features = 0;

        /**
         * IntroductionResponse destination.
         * @member {Uint8Array} destination
         * @memberof dispersy.IntroductionResponse
         * @instance
         */
        IntroductionResponse.prototype.destination = $util.newBuffer([]);

        /**
         * IntroductionResponse lan.
         * @member {Uint8Array} lan
         * @memberof dispersy.IntroductionResponse
         * @instance
         */
        IntroductionResponse.prototype.lan = $util.newBuffer([]);

        /**
         * IntroductionResponse dialBack.
         * @member {dispersy.DialBack.$Properties|null|undefined} dialBack
         * @memberof dispersy.IntroductionResponse
         * @instance
         */
        IntroductionResponse.prototype.dialBack = null;

        /**
         * IntroductionResponse grant.
         * @member {Uint8Array} grant
         * @memberof dispersy.IntroductionResponse
         * @instance
         */
        IntroductionResponse.prototype.grant = $util.newBuffer([]);

        /**
         * IntroductionResponse nat.
         * @member {dispersy.NatSummary.$Properties|null|undefined} nat
         * @memberof dispersy.IntroductionResponse
         * @instance
         */
        IntroductionResponse.prototype.nat = null;

        /**
         * IntroductionResponse validated.
         * @member {boolean} validated
         * @memberof dispersy.IntroductionResponse
         * @instance
         */
        IntroductionResponse.prototype.validated = false;

        /**
         * IntroductionResponse tracker.
         * @member {boolean} tracker
         * @memberof dispersy.IntroductionResponse
         * @instance
         */
        IntroductionResponse.prototype.tracker = false;

        /**
         * IntroductionResponse introduction.
         * @member {dispersy.Introduction.$Properties|null|undefined} introduction
         * @memberof dispersy.IntroductionResponse
         * @instance
         */
        IntroductionResponse.prototype.introduction = null;

        /**
         * IntroductionResponse holdings.
         * @member {dispersy.Holdings.$Properties|null|undefined} holdings
         * @memberof dispersy.IntroductionResponse
         * @instance
         */
        IntroductionResponse.prototype.holdings = null;

        /**
         * IntroductionResponse answer.
         * @member {dispersy.Answer.$Properties|null|undefined} answer
         * @memberof dispersy.IntroductionResponse
         * @instance
         */
        IntroductionResponse.prototype.answer = null;

        /**
         * IntroductionResponse padding.
         * @member {Uint8Array} padding
         * @memberof dispersy.IntroductionResponse
         * @instance
         */
        IntroductionResponse.prototype.padding = $util.newBuffer([]);

        /**
         * IntroductionResponse oldestVersion.
         * @member {number} oldestVersion
         * @memberof dispersy.IntroductionResponse
         * @instance
         */
        IntroductionResponse.prototype.oldestVersion = 0;

        /**
         * IntroductionResponse webSockets.
         * @member {Array.<string>} webSockets
         * @memberof dispersy.IntroductionResponse
         * @instance
         */
        IntroductionResponse.prototype.webSockets = $util.emptyArray;

        /**
         * Encodes the specified IntroductionResponse message. Does not implicitly {@link dispersy.IntroductionResponse.verify|verify} messages.
         * @function encode
         * @memberof dispersy.IntroductionResponse
         * @static
         * @param {dispersy.IntroductionResponse.$Properties} message IntroductionResponse message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        IntroductionResponse.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.identifier != null && $Object.hasOwnProperty.call(message, "identifier") && message.identifier.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.identifier);
            if (message.instance != null && $Object.hasOwnProperty.call(message, "instance") && message.instance.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.instance);
            if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== 0)
                writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.version);
            if (message.features != null && $Object.hasOwnProperty.call(message, "features") && message.features !== 0)
                writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.features);
            if (message.destination != null && $Object.hasOwnProperty.call(message, "destination") && message.destination.length)
                writer.uint32(/* id 5, wireType 2 =*/42).bytes(message.destination);
            if (message.lan != null && $Object.hasOwnProperty.call(message, "lan") && message.lan.length)
                writer.uint32(/* id 6, wireType 2 =*/50).bytes(message.lan);
            if (message.dialBack != null && $Object.hasOwnProperty.call(message, "dialBack"))
                $root.dispersy.DialBack.encode(message.dialBack, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
            if (message.grant != null && $Object.hasOwnProperty.call(message, "grant") && message.grant.length)
                writer.uint32(/* id 8, wireType 2 =*/66).bytes(message.grant);
            if (message.nat != null && $Object.hasOwnProperty.call(message, "nat"))
                $root.dispersy.NatSummary.encode(message.nat, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
            if (message.validated != null && $Object.hasOwnProperty.call(message, "validated") && message.validated !== false)
                writer.uint32(/* id 10, wireType 0 =*/80).bool(message.validated);
            if (message.tracker != null && $Object.hasOwnProperty.call(message, "tracker") && message.tracker !== false)
                writer.uint32(/* id 11, wireType 0 =*/88).bool(message.tracker);
            if (message.introduction != null && $Object.hasOwnProperty.call(message, "introduction"))
                $root.dispersy.Introduction.encode(message.introduction, writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
            if (message.holdings != null && $Object.hasOwnProperty.call(message, "holdings"))
                $root.dispersy.Holdings.encode(message.holdings, writer.uint32(/* id 13, wireType 2 =*/106).fork(), _depth + 1).ldelim();
            if (message.answer != null && $Object.hasOwnProperty.call(message, "answer"))
                $root.dispersy.Answer.encode(message.answer, writer.uint32(/* id 14, wireType 2 =*/114).fork(), _depth + 1).ldelim();
            if (message.padding != null && $Object.hasOwnProperty.call(message, "padding") && message.padding.length)
                writer.uint32(/* id 15, wireType 2 =*/122).bytes(message.padding);
            if (message.oldestVersion != null && $Object.hasOwnProperty.call(message, "oldestVersion") && message.oldestVersion !== 0)
                writer.uint32(/* id 16, wireType 0 =*/128).uint32(message.oldestVersion);
            if (message.webSockets != null && message.webSockets.length)
                for (let i = 0; i < message.webSockets.length; ++i)
                    writer.uint32(/* id 17, wireType 2 =*/138).string(message.webSockets[i]);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an IntroductionResponse message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.IntroductionResponse
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.IntroductionResponse & dispersy.IntroductionResponse.$Shape} IntroductionResponse
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        IntroductionResponse.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.IntroductionResponse();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.identifier = value;
                        else
                            delete message.identifier;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.instance = value;
                        else
                            delete message.instance;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.version = value;
                        else
                            delete message.version;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.features = value;
                        else
                            delete message.features;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.destination = value;
                        else
                            delete message.destination;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.lan = value;
                        else
                            delete message.lan;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.dialBack = $root.dispersy.DialBack.decode(reader, reader.size(), $undefined, _depth + 1, message.dialBack);
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.grant = value;
                        else
                            delete message.grant;
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        message.nat = $root.dispersy.NatSummary.decode(reader, reader.size(), $undefined, _depth + 1, message.nat);
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.validated = value;
                        else
                            delete message.validated;
                        continue;
                    }
                case 11: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.tracker = value;
                        else
                            delete message.tracker;
                        continue;
                    }
                case 12: {
                        if (wireType !== 2)
                            break;
                        message.introduction = $root.dispersy.Introduction.decode(reader, reader.size(), $undefined, _depth + 1, message.introduction);
                        continue;
                    }
                case 13: {
                        if (wireType !== 2)
                            break;
                        message.holdings = $root.dispersy.Holdings.decode(reader, reader.size(), $undefined, _depth + 1, message.holdings);
                        continue;
                    }
                case 14: {
                        if (wireType !== 2)
                            break;
                        message.answer = $root.dispersy.Answer.decode(reader, reader.size(), $undefined, _depth + 1, message.answer);
                        continue;
                    }
                case 15: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.padding = value;
                        else
                            delete message.padding;
                        continue;
                    }
                case 16: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.oldestVersion = value;
                        else
                            delete message.oldestVersion;
                        continue;
                    }
                case 17: {
                        if (wireType !== 2)
                            break;
                        if (!(message.webSockets && message.webSockets.length))
                            message.webSockets = [];
                        message.webSockets.push(reader.stringVerify());
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return IntroductionResponse;
    })();

    dispersy.DialBackRequest = (function() {

        /**
         * Properties of a DialBackRequest.
         * @typedef {Object} dispersy.DialBackRequest.$Properties
         * @property {number|null} [afterS] DialBackRequest afterS
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a DialBackRequest.
         * @memberof dispersy
         * @interface IDialBackRequest
         * @augments dispersy.DialBackRequest.$Properties
         * @deprecated Use dispersy.DialBackRequest.$Properties instead.
         */

        /**
         * Shape of a DialBackRequest.
         * @typedef {dispersy.DialBackRequest.$Properties} dispersy.DialBackRequest.$Shape
         */

        /**
         * Constructs a new DialBackRequest.
         * @memberof dispersy
         * @classdesc Represents a DialBackRequest.
         * @constructor
         * @param {dispersy.DialBackRequest.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const DialBackRequest = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * DialBackRequest afterS.
         * @member {number} afterS
         * @memberof dispersy.DialBackRequest
         * @instance
         */
        DialBackRequest.prototype.afterS = 0;

        /**
         * Encodes the specified DialBackRequest message. Does not implicitly {@link dispersy.DialBackRequest.verify|verify} messages.
         * @function encode
         * @memberof dispersy.DialBackRequest
         * @static
         * @param {dispersy.DialBackRequest.$Properties} message DialBackRequest message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        DialBackRequest.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.afterS != null && $Object.hasOwnProperty.call(message, "afterS") && message.afterS !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.afterS);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a DialBackRequest message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.DialBackRequest
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.DialBackRequest & dispersy.DialBackRequest.$Shape} DialBackRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        DialBackRequest.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.DialBackRequest();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.afterS = value;
                        else
                            delete message.afterS;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return DialBackRequest;
    })();

    dispersy.DialBack = (function() {

        /**
         * Properties of a DialBack.
         * @typedef {Object} dispersy.DialBack.$Properties
         * @property {Uint8Array|null} [nonce] DialBack nonce
         * @property {boolean|null} [otherPort] DialBack otherPort
         * @property {Uint8Array|null} [helper] DialBack helper
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a DialBack.
         * @memberof dispersy
         * @interface IDialBack
         * @augments dispersy.DialBack.$Properties
         * @deprecated Use dispersy.DialBack.$Properties instead.
         */

        /**
         * Shape of a DialBack.
         * @typedef {dispersy.DialBack.$Properties} dispersy.DialBack.$Shape
         */

        /**
         * Constructs a new DialBack.
         * @memberof dispersy
         * @classdesc Represents a DialBack.
         * @constructor
         * @param {dispersy.DialBack.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const DialBack = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * DialBack nonce.
         * @member {Uint8Array} nonce
         * @memberof dispersy.DialBack
         * @instance
         */
        DialBack.prototype.nonce = $util.newBuffer([]);

        /**
         * DialBack otherPort.
         * @member {boolean} otherPort
         * @memberof dispersy.DialBack
         * @instance
         */
        DialBack.prototype.otherPort = false;

        /**
         * DialBack helper.
         * @member {Uint8Array} helper
         * @memberof dispersy.DialBack
         * @instance
         */
        DialBack.prototype.helper = $util.newBuffer([]);

        /**
         * Encodes the specified DialBack message. Does not implicitly {@link dispersy.DialBack.verify|verify} messages.
         * @function encode
         * @memberof dispersy.DialBack
         * @static
         * @param {dispersy.DialBack.$Properties} message DialBack message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        DialBack.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.nonce);
            if (message.otherPort != null && $Object.hasOwnProperty.call(message, "otherPort") && message.otherPort !== false)
                writer.uint32(/* id 2, wireType 0 =*/16).bool(message.otherPort);
            if (message.helper != null && $Object.hasOwnProperty.call(message, "helper") && message.helper.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.helper);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a DialBack message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.DialBack
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.DialBack & dispersy.DialBack.$Shape} DialBack
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        DialBack.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.DialBack();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.nonce = value;
                        else
                            delete message.nonce;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.otherPort = value;
                        else
                            delete message.otherPort;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.helper = value;
                        else
                            delete message.helper;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return DialBack;
    })();

    dispersy.Introduction = (function() {

        /**
         * Properties of an Introduction.
         * @typedef {Object} dispersy.Introduction.$Properties
         * @property {Uint8Array|null} [address] Introduction address
         * @property {Uint8Array|null} [lan] Introduction lan
         * @property {Uint8Array|null} [nonce] Introduction nonce
         * @property {dispersy.NatSummary.$Properties|null} [nat] Introduction nat
         * @property {number|null} [startMs] Introduction startMs
         * @property {Uint8Array|null} [instance] Introduction instance
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an Introduction.
         * @memberof dispersy
         * @interface IIntroduction
         * @augments dispersy.Introduction.$Properties
         * @deprecated Use dispersy.Introduction.$Properties instead.
         */

        /**
         * Shape of an Introduction.
         * @typedef {dispersy.Introduction.$Properties} dispersy.Introduction.$Shape
         */

        /**
         * Constructs a new Introduction.
         * @memberof dispersy
         * @classdesc Represents an Introduction.
         * @constructor
         * @param {dispersy.Introduction.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Introduction = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Introduction address.
         * @member {Uint8Array} address
         * @memberof dispersy.Introduction
         * @instance
         */
        Introduction.prototype.address = $util.newBuffer([]);

        /**
         * Introduction lan.
         * @member {Uint8Array} lan
         * @memberof dispersy.Introduction
         * @instance
         */
        Introduction.prototype.lan = $util.newBuffer([]);

        /**
         * Introduction nonce.
         * @member {Uint8Array} nonce
         * @memberof dispersy.Introduction
         * @instance
         */
        Introduction.prototype.nonce = $util.newBuffer([]);

        /**
         * Introduction nat.
         * @member {dispersy.NatSummary.$Properties|null|undefined} nat
         * @memberof dispersy.Introduction
         * @instance
         */
        Introduction.prototype.nat = null;

        /**
         * Introduction startMs.
         * @member {number} startMs
         * @memberof dispersy.Introduction
         * @instance
         */
        Introduction.prototype.startMs = 0;

        /**
         * Introduction instance.
         * @member {Uint8Array} instance
         * @memberof dispersy.Introduction
         * @instance
         */
        Introduction.prototype.instance = $util.newBuffer([]);

        /**
         * Encodes the specified Introduction message. Does not implicitly {@link dispersy.Introduction.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Introduction
         * @static
         * @param {dispersy.Introduction.$Properties} message Introduction message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Introduction.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.address != null && $Object.hasOwnProperty.call(message, "address") && message.address.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.address);
            if (message.lan != null && $Object.hasOwnProperty.call(message, "lan") && message.lan.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.lan);
            if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.nonce);
            if (message.nat != null && $Object.hasOwnProperty.call(message, "nat"))
                $root.dispersy.NatSummary.encode(message.nat, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
            if (message.startMs != null && $Object.hasOwnProperty.call(message, "startMs") && message.startMs !== 0)
                writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.startMs);
            if (message.instance != null && $Object.hasOwnProperty.call(message, "instance") && message.instance.length)
                writer.uint32(/* id 6, wireType 2 =*/50).bytes(message.instance);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an Introduction message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Introduction
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Introduction & dispersy.Introduction.$Shape} Introduction
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Introduction.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Introduction();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.address = value;
                        else
                            delete message.address;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.lan = value;
                        else
                            delete message.lan;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.nonce = value;
                        else
                            delete message.nonce;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.nat = $root.dispersy.NatSummary.decode(reader, reader.size(), $undefined, _depth + 1, message.nat);
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.startMs = value;
                        else
                            delete message.startMs;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.instance = value;
                        else
                            delete message.instance;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Introduction;
    })();

    dispersy.PunctureRequest = (function() {

        /**
         * Properties of a PunctureRequest.
         * @typedef {Object} dispersy.PunctureRequest.$Properties
         * @property {Uint8Array|null} [token] PunctureRequest token
         * @property {Uint8Array|null} [nonce] PunctureRequest nonce
         * @property {Uint8Array|null} [target] PunctureRequest target
         * @property {Uint8Array|null} [lan] PunctureRequest lan
         * @property {dispersy.NatSummary.$Properties|null} [nat] PunctureRequest nat
         * @property {number|null} [startMs] PunctureRequest startMs
         * @property {Uint8Array|null} [instance] PunctureRequest instance
         * @property {boolean|null} [sought] PunctureRequest sought
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a PunctureRequest.
         * @memberof dispersy
         * @interface IPunctureRequest
         * @augments dispersy.PunctureRequest.$Properties
         * @deprecated Use dispersy.PunctureRequest.$Properties instead.
         */

        /**
         * Shape of a PunctureRequest.
         * @typedef {dispersy.PunctureRequest.$Properties} dispersy.PunctureRequest.$Shape
         */

        /**
         * Constructs a new PunctureRequest.
         * @memberof dispersy
         * @classdesc Represents a PunctureRequest.
         * @constructor
         * @param {dispersy.PunctureRequest.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const PunctureRequest = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * PunctureRequest token.
         * @member {Uint8Array} token
         * @memberof dispersy.PunctureRequest
         * @instance
         */
        PunctureRequest.prototype.token = $util.newBuffer([]);

        /**
         * PunctureRequest nonce.
         * @member {Uint8Array} nonce
         * @memberof dispersy.PunctureRequest
         * @instance
         */
        PunctureRequest.prototype.nonce = $util.newBuffer([]);

        /**
         * PunctureRequest target.
         * @member {Uint8Array} target
         * @memberof dispersy.PunctureRequest
         * @instance
         */
        PunctureRequest.prototype.target = $util.newBuffer([]);

        /**
         * PunctureRequest lan.
         * @member {Uint8Array} lan
         * @memberof dispersy.PunctureRequest
         * @instance
         */
        PunctureRequest.prototype.lan = $util.newBuffer([]);

        /**
         * PunctureRequest nat.
         * @member {dispersy.NatSummary.$Properties|null|undefined} nat
         * @memberof dispersy.PunctureRequest
         * @instance
         */
        PunctureRequest.prototype.nat = null;

        /**
         * PunctureRequest startMs.
         * @member {number} startMs
         * @memberof dispersy.PunctureRequest
         * @instance
         */
        PunctureRequest.prototype.startMs = 0;

        /**
         * PunctureRequest instance.
         * @member {Uint8Array} instance
         * @memberof dispersy.PunctureRequest
         * @instance
         */
        PunctureRequest.prototype.instance = $util.newBuffer([]);

        /**
         * PunctureRequest sought.
         * @member {boolean} sought
         * @memberof dispersy.PunctureRequest
         * @instance
         */
        PunctureRequest.prototype.sought = false;

        /**
         * Encodes the specified PunctureRequest message. Does not implicitly {@link dispersy.PunctureRequest.verify|verify} messages.
         * @function encode
         * @memberof dispersy.PunctureRequest
         * @static
         * @param {dispersy.PunctureRequest.$Properties} message PunctureRequest message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        PunctureRequest.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.token);
            if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.nonce);
            if (message.target != null && $Object.hasOwnProperty.call(message, "target") && message.target.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.target);
            if (message.lan != null && $Object.hasOwnProperty.call(message, "lan") && message.lan.length)
                writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.lan);
            if (message.nat != null && $Object.hasOwnProperty.call(message, "nat"))
                $root.dispersy.NatSummary.encode(message.nat, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
            if (message.startMs != null && $Object.hasOwnProperty.call(message, "startMs") && message.startMs !== 0)
                writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.startMs);
            if (message.instance != null && $Object.hasOwnProperty.call(message, "instance") && message.instance.length)
                writer.uint32(/* id 7, wireType 2 =*/58).bytes(message.instance);
            if (message.sought != null && $Object.hasOwnProperty.call(message, "sought") && message.sought !== false)
                writer.uint32(/* id 8, wireType 0 =*/64).bool(message.sought);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a PunctureRequest message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.PunctureRequest
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.PunctureRequest & dispersy.PunctureRequest.$Shape} PunctureRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        PunctureRequest.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.PunctureRequest();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.token = value;
                        else
                            delete message.token;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.nonce = value;
                        else
                            delete message.nonce;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.target = value;
                        else
                            delete message.target;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.lan = value;
                        else
                            delete message.lan;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.nat = $root.dispersy.NatSummary.decode(reader, reader.size(), $undefined, _depth + 1, message.nat);
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.startMs = value;
                        else
                            delete message.startMs;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.instance = value;
                        else
                            delete message.instance;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.sought = value;
                        else
                            delete message.sought;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return PunctureRequest;
    })();

    dispersy.Puncture = (function() {

        /**
         * Properties of a Puncture.
         * @typedef {Object} dispersy.Puncture.$Properties
         * @property {Uint8Array|null} [nonce] Puncture nonce
         * @property {Uint8Array|null} [instance] Puncture instance
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Puncture.
         * @memberof dispersy
         * @interface IPuncture
         * @augments dispersy.Puncture.$Properties
         * @deprecated Use dispersy.Puncture.$Properties instead.
         */

        /**
         * Shape of a Puncture.
         * @typedef {dispersy.Puncture.$Properties} dispersy.Puncture.$Shape
         */

        /**
         * Constructs a new Puncture.
         * @memberof dispersy
         * @classdesc Represents a Puncture.
         * @constructor
         * @param {dispersy.Puncture.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Puncture = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Puncture nonce.
         * @member {Uint8Array} nonce
         * @memberof dispersy.Puncture
         * @instance
         */
        Puncture.prototype.nonce = $util.newBuffer([]);

        /**
         * Puncture instance.
         * @member {Uint8Array} instance
         * @memberof dispersy.Puncture
         * @instance
         */
        Puncture.prototype.instance = $util.newBuffer([]);

        /**
         * Encodes the specified Puncture message. Does not implicitly {@link dispersy.Puncture.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Puncture
         * @static
         * @param {dispersy.Puncture.$Properties} message Puncture message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Puncture.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.nonce != null && $Object.hasOwnProperty.call(message, "nonce") && message.nonce.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.nonce);
            if (message.instance != null && $Object.hasOwnProperty.call(message, "instance") && message.instance.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.instance);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Puncture message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Puncture
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Puncture & dispersy.Puncture.$Shape} Puncture
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Puncture.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Puncture();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.nonce = value;
                        else
                            delete message.nonce;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.instance = value;
                        else
                            delete message.instance;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Puncture;
    })();

    dispersy.Holdings = (function() {

        /**
         * Properties of a Holdings.
         * @typedef {Object} dispersy.Holdings.$Properties
         * @property {Long|null} [count] Holdings count
         * @property {Long|null} [globalTime] Holdings globalTime
         * @property {Long|null} [admitted] Holdings admitted
         * @property {Uint8Array|null} [fingerprint] Holdings fingerprint
         * @property {dispersy.Position.$Properties|null} [floor] Holdings floor
         * @property {boolean|null} [full] Holdings full
         * @property {Uint8Array|null} [control] Holdings control
         * @property {Long|null} [controlCount] Holdings controlCount
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Holdings.
         * @memberof dispersy
         * @interface IHoldings
         * @augments dispersy.Holdings.$Properties
         * @deprecated Use dispersy.Holdings.$Properties instead.
         */

        /**
         * Shape of a Holdings.
         * @typedef {dispersy.Holdings.$Properties} dispersy.Holdings.$Shape
         */

        /**
         * Constructs a new Holdings.
         * @memberof dispersy
         * @classdesc Represents a Holdings.
         * @constructor
         * @param {dispersy.Holdings.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Holdings = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Holdings count.
         * @member {Long} count
         * @memberof dispersy.Holdings
         * @instance
         */
        Holdings.prototype.count = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Holdings globalTime.
         * @member {Long} globalTime
         * @memberof dispersy.Holdings
         * @instance
         */
        Holdings.prototype.globalTime = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Holdings admitted.
         * @member {Long} admitted
         * @memberof dispersy.Holdings
         * @instance
         */
        Holdings.prototype.admitted = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Holdings fingerprint.
         * @member {Uint8Array} fingerprint
         * @memberof dispersy.Holdings
         * @instance
         */
        Holdings.prototype.fingerprint = $util.newBuffer([]);

        /**
         * Holdings floor.
         * @member {dispersy.Position.$Properties|null|undefined} floor
         * @memberof dispersy.Holdings
         * @instance
         */
        Holdings.prototype.floor = null;

        /**
         * Holdings full.
         * @member {boolean} full
         * @memberof dispersy.Holdings
         * @instance
         */
        Holdings.prototype.full = false;

        /**
         * Holdings control.
         * @member {Uint8Array} control
         * @memberof dispersy.Holdings
         * @instance
         */
        Holdings.prototype.control = $util.newBuffer([]);

        /**
         * Holdings controlCount.
         * @member {Long} controlCount
         * @memberof dispersy.Holdings
         * @instance
         */
        Holdings.prototype.controlCount = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Encodes the specified Holdings message. Does not implicitly {@link dispersy.Holdings.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Holdings
         * @static
         * @param {dispersy.Holdings.$Properties} message Holdings message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Holdings.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.count != null && $Object.hasOwnProperty.call(message, "count") && (typeof message.count === "object" ? message.count.low || message.count.high : message.count !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.count);
            if (message.globalTime != null && $Object.hasOwnProperty.call(message, "globalTime") && (typeof message.globalTime === "object" ? message.globalTime.low || message.globalTime.high : message.globalTime !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.globalTime);
            if (message.admitted != null && $Object.hasOwnProperty.call(message, "admitted") && (typeof message.admitted === "object" ? message.admitted.low || message.admitted.high : message.admitted !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.admitted);
            if (message.fingerprint != null && $Object.hasOwnProperty.call(message, "fingerprint") && message.fingerprint.length)
                writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.fingerprint);
            if (message.floor != null && $Object.hasOwnProperty.call(message, "floor"))
                $root.dispersy.Position.encode(message.floor, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
            if (message.full != null && $Object.hasOwnProperty.call(message, "full") && message.full !== false)
                writer.uint32(/* id 6, wireType 0 =*/48).bool(message.full);
            if (message.control != null && $Object.hasOwnProperty.call(message, "control") && message.control.length)
                writer.uint32(/* id 7, wireType 2 =*/58).bytes(message.control);
            if (message.controlCount != null && $Object.hasOwnProperty.call(message, "controlCount") && (typeof message.controlCount === "object" ? message.controlCount.low || message.controlCount.high : message.controlCount !== 0))
                writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.controlCount);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Holdings message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Holdings
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Holdings & dispersy.Holdings.$Shape} Holdings
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Holdings.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Holdings();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.count = value;
                        else
                            delete message.count;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.globalTime = value;
                        else
                            delete message.globalTime;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.admitted = value;
                        else
                            delete message.admitted;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.fingerprint = value;
                        else
                            delete message.fingerprint;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.floor = $root.dispersy.Position.decode(reader, reader.size(), $undefined, _depth + 1, message.floor);
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.full = value;
                        else
                            delete message.full;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.control = value;
                        else
                            delete message.control;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.controlCount = value;
                        else
                            delete message.controlCount;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Holdings;
    })();

    dispersy.Answer = (function() {

        /**
         * Properties of an Answer.
         * @typedef {Object} dispersy.Answer.$Properties
         * @property {number|null} [datagrams] Answer datagrams
         * @property {boolean|null} [more] Answer more
         * @property {Uint8Array|null} [wanted] Answer wanted
         * @property {number|null} [undecoded] Answer undecoded
         * @property {dispersy.Position.$Properties|null} [reached] Answer reached
         * @property {number|null} [coming] Answer coming
         * @property {number|null} [withheld] Answer withheld
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an Answer.
         * @memberof dispersy
         * @interface IAnswer
         * @augments dispersy.Answer.$Properties
         * @deprecated Use dispersy.Answer.$Properties instead.
         */

        /**
         * Shape of an Answer.
         * @typedef {dispersy.Answer.$Properties} dispersy.Answer.$Shape
         */

        /**
         * Constructs a new Answer.
         * @memberof dispersy
         * @classdesc Represents an Answer.
         * @constructor
         * @param {dispersy.Answer.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Answer = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Answer datagrams.
         * @member {number} datagrams
         * @memberof dispersy.Answer
         * @instance
         */
        Answer.prototype.datagrams = 0;

        /**
         * Answer more.
         * @member {boolean} more
         * @memberof dispersy.Answer
         * @instance
         */
        Answer.prototype.more = false;

        /**
         * Answer wanted.
         * @member {Uint8Array} wanted
         * @memberof dispersy.Answer
         * @instance
         */
        Answer.prototype.wanted = $util.newBuffer([]);

        /**
         * Answer undecoded.
         * @member {number} undecoded
         * @memberof dispersy.Answer
         * @instance
         */
        Answer.prototype.undecoded = 0;

        /**
         * Answer reached.
         * @member {dispersy.Position.$Properties|null|undefined} reached
         * @memberof dispersy.Answer
         * @instance
         */
        Answer.prototype.reached = null;

        /**
         * Answer coming.
         * @member {number} coming
         * @memberof dispersy.Answer
         * @instance
         */
        Answer.prototype.coming = 0;

        /**
         * Answer withheld.
         * @member {number} withheld
         * @memberof dispersy.Answer
         * @instance
         */
        Answer.prototype.withheld = 0;

        /**
         * Encodes the specified Answer message. Does not implicitly {@link dispersy.Answer.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Answer
         * @static
         * @param {dispersy.Answer.$Properties} message Answer message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Answer.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.datagrams != null && $Object.hasOwnProperty.call(message, "datagrams") && message.datagrams !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.datagrams);
            if (message.more != null && $Object.hasOwnProperty.call(message, "more") && message.more !== false)
                writer.uint32(/* id 2, wireType 0 =*/16).bool(message.more);
            if (message.wanted != null && $Object.hasOwnProperty.call(message, "wanted") && message.wanted.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.wanted);
            if (message.undecoded != null && $Object.hasOwnProperty.call(message, "undecoded") && message.undecoded !== 0)
                writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.undecoded);
            if (message.reached != null && $Object.hasOwnProperty.call(message, "reached"))
                $root.dispersy.Position.encode(message.reached, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
            if (message.coming != null && $Object.hasOwnProperty.call(message, "coming") && message.coming !== 0)
                writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.coming);
            if (message.withheld != null && $Object.hasOwnProperty.call(message, "withheld") && message.withheld !== 0)
                writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.withheld);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an Answer message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Answer
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Answer & dispersy.Answer.$Shape} Answer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Answer.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Answer();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.datagrams = value;
                        else
                            delete message.datagrams;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.more = value;
                        else
                            delete message.more;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.wanted = value;
                        else
                            delete message.wanted;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.undecoded = value;
                        else
                            delete message.undecoded;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.reached = $root.dispersy.Position.decode(reader, reader.size(), $undefined, _depth + 1, message.reached);
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.coming = value;
                        else
                            delete message.coming;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.withheld = value;
                        else
                            delete message.withheld;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Answer;
    })();

    dispersy.Position = (function() {

        /**
         * Properties of a Position.
         * @typedef {Object} dispersy.Position.$Properties
         * @property {Long|null} [globalTime] Position globalTime
         * @property {Uint8Array|null} [id] Position id
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Position.
         * @memberof dispersy
         * @interface IPosition
         * @augments dispersy.Position.$Properties
         * @deprecated Use dispersy.Position.$Properties instead.
         */

        /**
         * Shape of a Position.
         * @typedef {dispersy.Position.$Properties} dispersy.Position.$Shape
         */

        /**
         * Constructs a new Position.
         * @memberof dispersy
         * @classdesc Represents a Position.
         * @constructor
         * @param {dispersy.Position.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Position = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Position globalTime.
         * @member {Long} globalTime
         * @memberof dispersy.Position
         * @instance
         */
        Position.prototype.globalTime = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Position id.
         * @member {Uint8Array} id
         * @memberof dispersy.Position
         * @instance
         */
        Position.prototype.id = $util.newBuffer([]);

        /**
         * Encodes the specified Position message. Does not implicitly {@link dispersy.Position.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Position
         * @static
         * @param {dispersy.Position.$Properties} message Position message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Position.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.globalTime != null && $Object.hasOwnProperty.call(message, "globalTime") && (typeof message.globalTime === "object" ? message.globalTime.low || message.globalTime.high : message.globalTime !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.globalTime);
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.id);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Position message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Position
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Position & dispersy.Position.$Shape} Position
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Position.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Position();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.globalTime = value;
                        else
                            delete message.globalTime;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Position;
    })();

    dispersy.NatSummary = (function() {

        /**
         * Properties of a NatSummary.
         * @typedef {Object} dispersy.NatSummary.$Properties
         * @property {number|null} [mapping] NatSummary mapping
         * @property {number|null} [filtering] NatSummary filtering
         * @property {number|null} [allocation] NatSummary allocation
         * @property {number|null} [portDelta] NatSummary portDelta
         * @property {number|null} [portLow] NatSummary portLow
         * @property {number|null} [portHigh] NatSummary portHigh
         * @property {number|null} [mappedPort] NatSummary mappedPort
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a NatSummary.
         * @memberof dispersy
         * @interface INatSummary
         * @augments dispersy.NatSummary.$Properties
         * @deprecated Use dispersy.NatSummary.$Properties instead.
         */

        /**
         * Shape of a NatSummary.
         * @typedef {dispersy.NatSummary.$Properties} dispersy.NatSummary.$Shape
         */

        /**
         * Constructs a new NatSummary.
         * @memberof dispersy
         * @classdesc Represents a NatSummary.
         * @constructor
         * @param {dispersy.NatSummary.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const NatSummary = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * NatSummary mapping.
         * @member {number} mapping
         * @memberof dispersy.NatSummary
         * @instance
         */
        NatSummary.prototype.mapping = 0;

        /**
         * NatSummary filtering.
         * @member {number} filtering
         * @memberof dispersy.NatSummary
         * @instance
         */
        NatSummary.prototype.filtering = 0;

        /**
         * NatSummary allocation.
         * @member {number} allocation
         * @memberof dispersy.NatSummary
         * @instance
         */
        NatSummary.prototype.allocation = 0;

        /**
         * NatSummary portDelta.
         * @member {number} portDelta
         * @memberof dispersy.NatSummary
         * @instance
         */
        NatSummary.prototype.portDelta = 0;

        /**
         * NatSummary portLow.
         * @member {number} portLow
         * @memberof dispersy.NatSummary
         * @instance
         */
        NatSummary.prototype.portLow = 0;

        /**
         * NatSummary portHigh.
         * @member {number} portHigh
         * @memberof dispersy.NatSummary
         * @instance
         */
        NatSummary.prototype.portHigh = 0;

        /**
         * NatSummary mappedPort.
         * @member {number} mappedPort
         * @memberof dispersy.NatSummary
         * @instance
         */
        NatSummary.prototype.mappedPort = 0;

        /**
         * Encodes the specified NatSummary message. Does not implicitly {@link dispersy.NatSummary.verify|verify} messages.
         * @function encode
         * @memberof dispersy.NatSummary
         * @static
         * @param {dispersy.NatSummary.$Properties} message NatSummary message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        NatSummary.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.mapping != null && $Object.hasOwnProperty.call(message, "mapping") && message.mapping !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.mapping);
            if (message.filtering != null && $Object.hasOwnProperty.call(message, "filtering") && message.filtering !== 0)
                writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.filtering);
            if (message.allocation != null && $Object.hasOwnProperty.call(message, "allocation") && message.allocation !== 0)
                writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.allocation);
            if (message.portDelta != null && $Object.hasOwnProperty.call(message, "portDelta") && message.portDelta !== 0)
                writer.uint32(/* id 4, wireType 0 =*/32).sint32(message.portDelta);
            if (message.portLow != null && $Object.hasOwnProperty.call(message, "portLow") && message.portLow !== 0)
                writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.portLow);
            if (message.portHigh != null && $Object.hasOwnProperty.call(message, "portHigh") && message.portHigh !== 0)
                writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.portHigh);
            if (message.mappedPort != null && $Object.hasOwnProperty.call(message, "mappedPort") && message.mappedPort !== 0)
                writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.mappedPort);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a NatSummary message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.NatSummary
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.NatSummary & dispersy.NatSummary.$Shape} NatSummary
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        NatSummary.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.NatSummary();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.mapping = value;
                        else
                            delete message.mapping;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.filtering = value;
                        else
                            delete message.filtering;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.allocation = value;
                        else
                            delete message.allocation;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.sint32())
                            message.portDelta = value;
                        else
                            delete message.portDelta;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.portLow = value;
                        else
                            delete message.portLow;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.portHigh = value;
                        else
                            delete message.portHigh;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.mappedPort = value;
                        else
                            delete message.mappedPort;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return NatSummary;
    })();

    dispersy.Offer = (function() {

        /**
         * Properties of an Offer.
         * @typedef {Object} dispersy.Offer.$Properties
         * @property {dispersy.BloomOffer.$Properties|null} [bloom] Offer bloom
         * @property {dispersy.SketchOffer.$Properties|null} [sketch] Offer sketch
         * @property {dispersy.CursorOffer.$Properties|null} [cursor] Offer cursor
         * @property {dispersy.IdsOffer.$Properties|null} [ids] Offer ids
         * @property {"bloom"|"sketch"|"cursor"|"ids"} [kind] Offer kind
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an Offer.
         * @memberof dispersy
         * @interface IOffer
         * @augments dispersy.Offer.$Properties
         * @deprecated Use dispersy.Offer.$Properties instead.
         */

        /**
         * Narrowed shape of an Offer.
         * @typedef {{
         *   bloom?: dispersy.BloomOffer.$Shape|null;
         *   sketch?: dispersy.SketchOffer.$Shape|null;
         *   cursor?: dispersy.CursorOffer.$Shape|null;
         *   ids?: dispersy.IdsOffer.$Shape|null;
         *   $unknowns?: Array.<Uint8Array>;
         * } & (
         *   ({ kind?: undefined; bloom?: null; sketch?: null; cursor?: null; ids?: null }|{ kind?: "bloom"; bloom: dispersy.BloomOffer.$Shape; sketch?: null; cursor?: null; ids?: null }|{ kind?: "sketch"; bloom?: null; sketch: dispersy.SketchOffer.$Shape; cursor?: null; ids?: null }|{ kind?: "cursor"; bloom?: null; sketch?: null; cursor: dispersy.CursorOffer.$Shape; ids?: null }|{ kind?: "ids"; bloom?: null; sketch?: null; cursor?: null; ids: dispersy.IdsOffer.$Shape })
         * )} dispersy.Offer.$Shape
         */

        /**
         * Constructs a new Offer.
         * @memberof dispersy
         * @classdesc Represents an Offer.
         * @constructor
         * @param {dispersy.Offer.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Offer = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Offer bloom.
         * @member {dispersy.BloomOffer.$Properties|null|undefined} bloom
         * @memberof dispersy.Offer
         * @instance
         */
        Offer.prototype.bloom = null;

        /**
         * Offer sketch.
         * @member {dispersy.SketchOffer.$Properties|null|undefined} sketch
         * @memberof dispersy.Offer
         * @instance
         */
        Offer.prototype.sketch = null;

        /**
         * Offer cursor.
         * @member {dispersy.CursorOffer.$Properties|null|undefined} cursor
         * @memberof dispersy.Offer
         * @instance
         */
        Offer.prototype.cursor = null;

        /**
         * Offer ids.
         * @member {dispersy.IdsOffer.$Properties|null|undefined} ids
         * @memberof dispersy.Offer
         * @instance
         */
        Offer.prototype.ids = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        /**
         * Offer kind.
         * @member {"bloom"|"sketch"|"cursor"|"ids"|undefined} kind
         * @memberof dispersy.Offer
         * @instance
         */
        $Object.defineProperty(Offer.prototype, "kind", {
            get: $util.oneOfGetter($oneOfFields = ["bloom", "sketch", "cursor", "ids"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Offer message. Does not implicitly {@link dispersy.Offer.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Offer
         * @static
         * @param {dispersy.Offer.$Properties} message Offer message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Offer.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.bloom != null && $Object.hasOwnProperty.call(message, "bloom"))
                $root.dispersy.BloomOffer.encode(message.bloom, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
            if (message.sketch != null && $Object.hasOwnProperty.call(message, "sketch"))
                $root.dispersy.SketchOffer.encode(message.sketch, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.cursor != null && $Object.hasOwnProperty.call(message, "cursor"))
                $root.dispersy.CursorOffer.encode(message.cursor, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
            if (message.ids != null && $Object.hasOwnProperty.call(message, "ids"))
                $root.dispersy.IdsOffer.encode(message.ids, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an Offer message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Offer
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Offer & dispersy.Offer.$Shape} Offer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Offer.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Offer();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.bloom = $root.dispersy.BloomOffer.decode(reader, reader.size(), $undefined, _depth + 1, message.bloom);
                        message.kind = "bloom";
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.sketch = $root.dispersy.SketchOffer.decode(reader, reader.size(), $undefined, _depth + 1, message.sketch);
                        message.kind = "sketch";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.cursor = $root.dispersy.CursorOffer.decode(reader, reader.size(), $undefined, _depth + 1, message.cursor);
                        message.kind = "cursor";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.ids = $root.dispersy.IdsOffer.decode(reader, reader.size(), $undefined, _depth + 1, message.ids);
                        message.kind = "ids";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Offer;
    })();

    dispersy.Subset = (function() {

        /**
         * Properties of a Subset.
         * @typedef {Object} dispersy.Subset.$Properties
         * @property {Long|null} [low] Subset low
         * @property {Long|null} [high] Subset high
         * @property {number|null} [modulo] Subset modulo
         * @property {number|null} [offset] Subset offset
         * @property {number|null} [idBits] Subset idBits
         * @property {number|null} [idPrefix] Subset idPrefix
         * @property {number|null} [lane] Subset lane
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Subset.
         * @memberof dispersy
         * @interface ISubset
         * @augments dispersy.Subset.$Properties
         * @deprecated Use dispersy.Subset.$Properties instead.
         */

        /**
         * Shape of a Subset.
         * @typedef {dispersy.Subset.$Properties} dispersy.Subset.$Shape
         */

        /**
         * Constructs a new Subset.
         * @memberof dispersy
         * @classdesc Represents a Subset.
         * @constructor
         * @param {dispersy.Subset.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Subset = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Subset low.
         * @member {Long} low
         * @memberof dispersy.Subset
         * @instance
         */
        Subset.prototype.low = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Subset high.
         * @member {Long} high
         * @memberof dispersy.Subset
         * @instance
         */
        Subset.prototype.high = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Subset modulo.
         * @member {number} modulo
         * @memberof dispersy.Subset
         * @instance
         */
        Subset.prototype.modulo = 0;

        /**
         * Subset offset.
         * @member {number} offset
         * @memberof dispersy.Subset
         * @instance
         */
        Subset.prototype.offset = 0;

        /**
         * Subset idBits.
         * @member {number} idBits
         * @memberof dispersy.Subset
         * @instance
         */
        Subset.prototype.idBits = 0;

        /**
         * Subset idPrefix.
         * @member {number} idPrefix
         * @memberof dispersy.Subset
         * @instance
         */
        Subset.prototype.idPrefix = 0;

        /**
         * Subset lane.
         * @member {number} lane
         * @memberof dispersy.Subset
         * @instance
         */
        Subset.prototype.lane = 0;

        /**
         * Encodes the specified Subset message. Does not implicitly {@link dispersy.Subset.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Subset
         * @static
         * @param {dispersy.Subset.$Properties} message Subset message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Subset.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.low != null && $Object.hasOwnProperty.call(message, "low") && (typeof message.low === "object" ? message.low.low || message.low.high : message.low !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.low);
            if (message.high != null && $Object.hasOwnProperty.call(message, "high") && (typeof message.high === "object" ? message.high.low || message.high.high : message.high !== 0))
                writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.high);
            if (message.modulo != null && $Object.hasOwnProperty.call(message, "modulo") && message.modulo !== 0)
                writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.modulo);
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && message.offset !== 0)
                writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.offset);
            if (message.idBits != null && $Object.hasOwnProperty.call(message, "idBits") && message.idBits !== 0)
                writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.idBits);
            if (message.idPrefix != null && $Object.hasOwnProperty.call(message, "idPrefix") && message.idPrefix !== 0)
                writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.idPrefix);
            if (message.lane != null && $Object.hasOwnProperty.call(message, "lane") && message.lane !== 0)
                writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.lane);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Subset message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Subset
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Subset & dispersy.Subset.$Shape} Subset
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Subset.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Subset();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.low = value;
                        else
                            delete message.low;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.high = value;
                        else
                            delete message.high;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.modulo = value;
                        else
                            delete message.modulo;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.offset = value;
                        else
                            delete message.offset;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.idBits = value;
                        else
                            delete message.idBits;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.idPrefix = value;
                        else
                            delete message.idPrefix;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.lane = value;
                        else
                            delete message.lane;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Subset;
    })();

    dispersy.BloomOffer = (function() {

        /**
         * Properties of a BloomOffer.
         * @typedef {Object} dispersy.BloomOffer.$Properties
         * @property {dispersy.Subset.$Properties|null} [subset] BloomOffer subset
         * @property {number|null} [functions] BloomOffer functions
         * @property {Uint8Array|null} [salt] BloomOffer salt
         * @property {Uint8Array|null} [filter] BloomOffer filter
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a BloomOffer.
         * @memberof dispersy
         * @interface IBloomOffer
         * @augments dispersy.BloomOffer.$Properties
         * @deprecated Use dispersy.BloomOffer.$Properties instead.
         */

        /**
         * Shape of a BloomOffer.
         * @typedef {dispersy.BloomOffer.$Properties} dispersy.BloomOffer.$Shape
         */

        /**
         * Constructs a new BloomOffer.
         * @memberof dispersy
         * @classdesc Represents a BloomOffer.
         * @constructor
         * @param {dispersy.BloomOffer.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const BloomOffer = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * BloomOffer subset.
         * @member {dispersy.Subset.$Properties|null|undefined} subset
         * @memberof dispersy.BloomOffer
         * @instance
         */
        BloomOffer.prototype.subset = null;

        /**
         * BloomOffer functions.
         * @member {number} functions
         * @memberof dispersy.BloomOffer
         * @instance
         */
        BloomOffer.prototype.functions = 0;

        /**
         * BloomOffer salt.
         * @member {Uint8Array} salt
         * @memberof dispersy.BloomOffer
         * @instance
         */
        BloomOffer.prototype.salt = $util.newBuffer([]);

        /**
         * BloomOffer filter.
         * @member {Uint8Array} filter
         * @memberof dispersy.BloomOffer
         * @instance
         */
        BloomOffer.prototype.filter = $util.newBuffer([]);

        /**
         * Encodes the specified BloomOffer message. Does not implicitly {@link dispersy.BloomOffer.verify|verify} messages.
         * @function encode
         * @memberof dispersy.BloomOffer
         * @static
         * @param {dispersy.BloomOffer.$Properties} message BloomOffer message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        BloomOffer.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.subset != null && $Object.hasOwnProperty.call(message, "subset"))
                $root.dispersy.Subset.encode(message.subset, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
            if (message.functions != null && $Object.hasOwnProperty.call(message, "functions") && message.functions !== 0)
                writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.functions);
            if (message.salt != null && $Object.hasOwnProperty.call(message, "salt") && message.salt.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.salt);
            if (message.filter != null && $Object.hasOwnProperty.call(message, "filter") && message.filter.length)
                writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.filter);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a BloomOffer message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.BloomOffer
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.BloomOffer & dispersy.BloomOffer.$Shape} BloomOffer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        BloomOffer.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.BloomOffer();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.subset = $root.dispersy.Subset.decode(reader, reader.size(), $undefined, _depth + 1, message.subset);
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.functions = value;
                        else
                            delete message.functions;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.salt = value;
                        else
                            delete message.salt;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.filter = value;
                        else
                            delete message.filter;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return BloomOffer;
    })();

    dispersy.SketchOffer = (function() {

        /**
         * Properties of a SketchOffer.
         * @typedef {Object} dispersy.SketchOffer.$Properties
         * @property {dispersy.Subset.$Properties|null} [subset] SketchOffer subset
         * @property {number|null} [epoch] SketchOffer epoch
         * @property {Long|null} [count] SketchOffer count
         * @property {Uint8Array|null} [symbols] SketchOffer symbols
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a SketchOffer.
         * @memberof dispersy
         * @interface ISketchOffer
         * @augments dispersy.SketchOffer.$Properties
         * @deprecated Use dispersy.SketchOffer.$Properties instead.
         */

        /**
         * Shape of a SketchOffer.
         * @typedef {dispersy.SketchOffer.$Properties} dispersy.SketchOffer.$Shape
         */

        /**
         * Constructs a new SketchOffer.
         * @memberof dispersy
         * @classdesc Represents a SketchOffer.
         * @constructor
         * @param {dispersy.SketchOffer.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const SketchOffer = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * SketchOffer subset.
         * @member {dispersy.Subset.$Properties|null|undefined} subset
         * @memberof dispersy.SketchOffer
         * @instance
         */
        SketchOffer.prototype.subset = null;

        /**
         * SketchOffer epoch.
         * @member {number} epoch
         * @memberof dispersy.SketchOffer
         * @instance
         */
        SketchOffer.prototype.epoch = 0;

        /**
         * SketchOffer count.
         * @member {Long} count
         * @memberof dispersy.SketchOffer
         * @instance
         */
        SketchOffer.prototype.count = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * SketchOffer symbols.
         * @member {Uint8Array} symbols
         * @memberof dispersy.SketchOffer
         * @instance
         */
        SketchOffer.prototype.symbols = $util.newBuffer([]);

        /**
         * Encodes the specified SketchOffer message. Does not implicitly {@link dispersy.SketchOffer.verify|verify} messages.
         * @function encode
         * @memberof dispersy.SketchOffer
         * @static
         * @param {dispersy.SketchOffer.$Properties} message SketchOffer message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        SketchOffer.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.subset != null && $Object.hasOwnProperty.call(message, "subset"))
                $root.dispersy.Subset.encode(message.subset, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
            if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== 0)
                writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.epoch);
            if (message.count != null && $Object.hasOwnProperty.call(message, "count") && (typeof message.count === "object" ? message.count.low || message.count.high : message.count !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.count);
            if (message.symbols != null && $Object.hasOwnProperty.call(message, "symbols") && message.symbols.length)
                writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.symbols);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a SketchOffer message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.SketchOffer
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.SketchOffer & dispersy.SketchOffer.$Shape} SketchOffer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        SketchOffer.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.SketchOffer();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.subset = $root.dispersy.Subset.decode(reader, reader.size(), $undefined, _depth + 1, message.subset);
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.epoch = value;
                        else
                            delete message.epoch;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.count = value;
                        else
                            delete message.count;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.symbols = value;
                        else
                            delete message.symbols;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return SketchOffer;
    })();

    dispersy.CursorOffer = (function() {

        /**
         * Properties of a CursorOffer.
         * @typedef {Object} dispersy.CursorOffer.$Properties
         * @property {dispersy.Subset.$Properties|null} [subset] CursorOffer subset
         * @property {Array.<dispersy.Range.$Properties>|null} [ranges] CursorOffer ranges
         * @property {number|null} [bytes] CursorOffer bytes
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a CursorOffer.
         * @memberof dispersy
         * @interface ICursorOffer
         * @augments dispersy.CursorOffer.$Properties
         * @deprecated Use dispersy.CursorOffer.$Properties instead.
         */

        /**
         * Shape of a CursorOffer.
         * @typedef {dispersy.CursorOffer.$Properties} dispersy.CursorOffer.$Shape
         */

        /**
         * Constructs a new CursorOffer.
         * @memberof dispersy
         * @classdesc Represents a CursorOffer.
         * @constructor
         * @param {dispersy.CursorOffer.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const CursorOffer = function (properties) {
            this.ranges = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * CursorOffer subset.
         * @member {dispersy.Subset.$Properties|null|undefined} subset
         * @memberof dispersy.CursorOffer
         * @instance
         */
        CursorOffer.prototype.subset = null;

        /**
         * CursorOffer ranges.
         * @member {Array.<dispersy.Range.$Properties>} ranges
         * @memberof dispersy.CursorOffer
         * @instance
         */
        CursorOffer.prototype.ranges = $util.emptyArray;

        /**
         * CursorOffer bytes.
         * @member {number} bytes
         * @memberof dispersy.CursorOffer
         * @instance
         */
        CursorOffer.prototype.bytes = 0;

        /**
         * Encodes the specified CursorOffer message. Does not implicitly {@link dispersy.CursorOffer.verify|verify} messages.
         * @function encode
         * @memberof dispersy.CursorOffer
         * @static
         * @param {dispersy.CursorOffer.$Properties} message CursorOffer message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        CursorOffer.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.subset != null && $Object.hasOwnProperty.call(message, "subset"))
                $root.dispersy.Subset.encode(message.subset, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
            if (message.ranges != null && message.ranges.length)
                for (let i = 0; i < message.ranges.length; ++i)
                    $root.dispersy.Range.encode(message.ranges[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && message.bytes !== 0)
                writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.bytes);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a CursorOffer message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.CursorOffer
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.CursorOffer & dispersy.CursorOffer.$Shape} CursorOffer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        CursorOffer.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.CursorOffer();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.subset = $root.dispersy.Subset.decode(reader, reader.size(), $undefined, _depth + 1, message.subset);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.ranges && message.ranges.length))
                            message.ranges = [];
                        message.ranges.push($root.dispersy.Range.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.bytes = value;
                        else
                            delete message.bytes;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return CursorOffer;
    })();

    dispersy.Range = (function() {

        /**
         * Properties of a Range.
         * @typedef {Object} dispersy.Range.$Properties
         * @property {dispersy.Position.$Properties|null} [from] Range from
         * @property {dispersy.Position.$Properties|null} [before] Range before
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Range.
         * @memberof dispersy
         * @interface IRange
         * @augments dispersy.Range.$Properties
         * @deprecated Use dispersy.Range.$Properties instead.
         */

        /**
         * Shape of a Range.
         * @typedef {dispersy.Range.$Properties} dispersy.Range.$Shape
         */

        /**
         * Constructs a new Range.
         * @memberof dispersy
         * @classdesc Represents a Range.
         * @constructor
         * @param {dispersy.Range.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Range = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Range from.
         * @member {dispersy.Position.$Properties|null|undefined} from
         * @memberof dispersy.Range
         * @instance
         */
        Range.prototype.from = null;

        /**
         * Range before.
         * @member {dispersy.Position.$Properties|null|undefined} before
         * @memberof dispersy.Range
         * @instance
         */
        Range.prototype.before = null;

        /**
         * Encodes the specified Range message. Does not implicitly {@link dispersy.Range.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Range
         * @static
         * @param {dispersy.Range.$Properties} message Range message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Range.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.from != null && $Object.hasOwnProperty.call(message, "from"))
                $root.dispersy.Position.encode(message.from, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
            if (message.before != null && $Object.hasOwnProperty.call(message, "before"))
                $root.dispersy.Position.encode(message.before, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Range message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Range
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Range & dispersy.Range.$Shape} Range
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Range.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Range();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.from = $root.dispersy.Position.decode(reader, reader.size(), $undefined, _depth + 1, message.from);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.before = $root.dispersy.Position.decode(reader, reader.size(), $undefined, _depth + 1, message.before);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Range;
    })();

    dispersy.IdsOffer = (function() {

        /**
         * Properties of an IdsOffer.
         * @typedef {Object} dispersy.IdsOffer.$Properties
         * @property {Uint8Array|null} [ids] IdsOffer ids
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an IdsOffer.
         * @memberof dispersy
         * @interface IIdsOffer
         * @augments dispersy.IdsOffer.$Properties
         * @deprecated Use dispersy.IdsOffer.$Properties instead.
         */

        /**
         * Shape of an IdsOffer.
         * @typedef {dispersy.IdsOffer.$Properties} dispersy.IdsOffer.$Shape
         */

        /**
         * Constructs a new IdsOffer.
         * @memberof dispersy
         * @classdesc Represents an IdsOffer.
         * @constructor
         * @param {dispersy.IdsOffer.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const IdsOffer = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * IdsOffer ids.
         * @member {Uint8Array} ids
         * @memberof dispersy.IdsOffer
         * @instance
         */
        IdsOffer.prototype.ids = $util.newBuffer([]);

        /**
         * Encodes the specified IdsOffer message. Does not implicitly {@link dispersy.IdsOffer.verify|verify} messages.
         * @function encode
         * @memberof dispersy.IdsOffer
         * @static
         * @param {dispersy.IdsOffer.$Properties} message IdsOffer message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        IdsOffer.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.ids != null && $Object.hasOwnProperty.call(message, "ids") && message.ids.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.ids);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an IdsOffer message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.IdsOffer
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.IdsOffer & dispersy.IdsOffer.$Shape} IdsOffer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        IdsOffer.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.IdsOffer();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.ids = value;
                        else
                            delete message.ids;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return IdsOffer;
    })();

    dispersy.Bundles = (function() {

        /**
         * Properties of a Bundles.
         * @typedef {Object} dispersy.Bundles.$Properties
         * @property {Uint8Array|null} [identifier] Bundles identifier
         * @property {Uint8Array|null} [token] Bundles token
         * @property {Array.<Uint8Array>|null} [authors] Bundles authors
         * @property {Array.<dispersy.Bundle.$Properties>|null} [bundles] Bundles bundles
         * @property {number|null} [number] Bundles number
         * @property {number|null} [sentMs] Bundles sentMs
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Bundles.
         * @memberof dispersy
         * @interface IBundles
         * @augments dispersy.Bundles.$Properties
         * @deprecated Use dispersy.Bundles.$Properties instead.
         */

        /**
         * Shape of a Bundles.
         * @typedef {dispersy.Bundles.$Properties} dispersy.Bundles.$Shape
         */

        /**
         * Constructs a new Bundles.
         * @memberof dispersy
         * @classdesc Represents a Bundles.
         * @constructor
         * @param {dispersy.Bundles.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Bundles = function (properties) {
            this.authors = [];
            this.bundles = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Bundles identifier.
         * @member {Uint8Array} identifier
         * @memberof dispersy.Bundles
         * @instance
         */
        Bundles.prototype.identifier = $util.newBuffer([]);

        /**
         * Bundles token.
         * @member {Uint8Array} token
         * @memberof dispersy.Bundles
         * @instance
         */
        Bundles.prototype.token = $util.newBuffer([]);

        /**
         * Bundles authors.
         * @member {Array.<Uint8Array>} authors
         * @memberof dispersy.Bundles
         * @instance
         */
        Bundles.prototype.authors = $util.emptyArray;

        /**
         * Bundles bundles.
         * @member {Array.<dispersy.Bundle.$Properties>} bundles
         * @memberof dispersy.Bundles
         * @instance
         */
        Bundles.prototype.bundles = $util.emptyArray;

        /**
         * Bundles number.
         * @member {number} number
         * @memberof dispersy.Bundles
         * @instance
         */
        Bundles.prototype.number = 0;

        /**
         * Bundles sentMs.
         * @member {number} sentMs
         * @memberof dispersy.Bundles
         * @instance
         */
        Bundles.prototype.sentMs = 0;

        /**
         * Encodes the specified Bundles message. Does not implicitly {@link dispersy.Bundles.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Bundles
         * @static
         * @param {dispersy.Bundles.$Properties} message Bundles message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Bundles.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.identifier != null && $Object.hasOwnProperty.call(message, "identifier") && message.identifier.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.identifier);
            if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.token);
            if (message.authors != null && message.authors.length)
                for (let i = 0; i < message.authors.length; ++i)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.authors[i]);
            if (message.bundles != null && message.bundles.length)
                for (let i = 0; i < message.bundles.length; ++i)
                    $root.dispersy.Bundle.encode(message.bundles[i], writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
            if (message.number != null && $Object.hasOwnProperty.call(message, "number") && message.number !== 0)
                writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.number);
            if (message.sentMs != null && $Object.hasOwnProperty.call(message, "sentMs") && message.sentMs !== 0)
                writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.sentMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Bundles message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Bundles
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Bundles & dispersy.Bundles.$Shape} Bundles
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Bundles.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Bundles();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.identifier = value;
                        else
                            delete message.identifier;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.token = value;
                        else
                            delete message.token;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.authors && message.authors.length))
                            message.authors = [];
                        message.authors.push(reader.bytes());
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.bundles && message.bundles.length))
                            message.bundles = [];
                        message.bundles.push($root.dispersy.Bundle.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.number = value;
                        else
                            delete message.number;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.sentMs = value;
                        else
                            delete message.sentMs;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Bundles;
    })();

    dispersy.Notice = (function() {

        /**
         * Properties of a Notice.
         * @typedef {Object} dispersy.Notice.$Properties
         * @property {Uint8Array|null} [token] Notice token
         * @property {Uint8Array|null} [have] Notice have
         * @property {Uint8Array|null} [got] Notice got
         * @property {Uint8Array|null} [want] Notice want
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Notice.
         * @memberof dispersy
         * @interface INotice
         * @augments dispersy.Notice.$Properties
         * @deprecated Use dispersy.Notice.$Properties instead.
         */

        /**
         * Shape of a Notice.
         * @typedef {dispersy.Notice.$Properties} dispersy.Notice.$Shape
         */

        /**
         * Constructs a new Notice.
         * @memberof dispersy
         * @classdesc Represents a Notice.
         * @constructor
         * @param {dispersy.Notice.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Notice = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Notice token.
         * @member {Uint8Array} token
         * @memberof dispersy.Notice
         * @instance
         */
        Notice.prototype.token = $util.newBuffer([]);

        /**
         * Notice have.
         * @member {Uint8Array} have
         * @memberof dispersy.Notice
         * @instance
         */
        Notice.prototype.have = $util.newBuffer([]);

        /**
         * Notice got.
         * @member {Uint8Array} got
         * @memberof dispersy.Notice
         * @instance
         */
        Notice.prototype.got = $util.newBuffer([]);

        /**
         * Notice want.
         * @member {Uint8Array} want
         * @memberof dispersy.Notice
         * @instance
         */
        Notice.prototype.want = $util.newBuffer([]);

        /**
         * Encodes the specified Notice message. Does not implicitly {@link dispersy.Notice.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Notice
         * @static
         * @param {dispersy.Notice.$Properties} message Notice message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Notice.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.token);
            if (message.have != null && $Object.hasOwnProperty.call(message, "have") && message.have.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.have);
            if (message.got != null && $Object.hasOwnProperty.call(message, "got") && message.got.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.got);
            if (message.want != null && $Object.hasOwnProperty.call(message, "want") && message.want.length)
                writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.want);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Notice message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Notice
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Notice & dispersy.Notice.$Shape} Notice
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Notice.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Notice();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.token = value;
                        else
                            delete message.token;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.have = value;
                        else
                            delete message.have;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.got = value;
                        else
                            delete message.got;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.want = value;
                        else
                            delete message.want;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Notice;
    })();

    dispersy.Bundle = (function() {

        /**
         * Properties of a Bundle.
         * @typedef {Object} dispersy.Bundle.$Properties
         * @property {number|null} [author] Bundle author
         * @property {Uint8Array|null} [body] Bundle body
         * @property {Uint8Array|null} [signature] Bundle signature
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Bundle.
         * @memberof dispersy
         * @interface IBundle
         * @augments dispersy.Bundle.$Properties
         * @deprecated Use dispersy.Bundle.$Properties instead.
         */

        /**
         * Shape of a Bundle.
         * @typedef {dispersy.Bundle.$Properties} dispersy.Bundle.$Shape
         */

        /**
         * Constructs a new Bundle.
         * @memberof dispersy
         * @classdesc Represents a Bundle.
         * @constructor
         * @param {dispersy.Bundle.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Bundle = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Bundle author.
         * @member {number} author
         * @memberof dispersy.Bundle
         * @instance
         */
        Bundle.prototype.author = 0;

        /**
         * Bundle body.
         * @member {Uint8Array} body
         * @memberof dispersy.Bundle
         * @instance
         */
        Bundle.prototype.body = $util.newBuffer([]);

        /**
         * Bundle signature.
         * @member {Uint8Array} signature
         * @memberof dispersy.Bundle
         * @instance
         */
        Bundle.prototype.signature = $util.newBuffer([]);

        /**
         * Encodes the specified Bundle message. Does not implicitly {@link dispersy.Bundle.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Bundle
         * @static
         * @param {dispersy.Bundle.$Properties} message Bundle message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Bundle.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.author != null && $Object.hasOwnProperty.call(message, "author") && message.author !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.author);
            if (message.body != null && $Object.hasOwnProperty.call(message, "body") && message.body.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.body);
            if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.signature);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Bundle message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Bundle
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Bundle & dispersy.Bundle.$Shape} Bundle
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Bundle.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Bundle();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.author = value;
                        else
                            delete message.author;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.body = value;
                        else
                            delete message.body;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.signature = value;
                        else
                            delete message.signature;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Bundle;
    })();

    dispersy.Body = (function() {

        /**
         * Properties of a Body.
         * @typedef {Object} dispersy.Body.$Properties
         * @property {Long|null} [globalTime] Body globalTime
         * @property {dispersy.Body.Kind|null} [kind] Body kind
         * @property {Long|null} [expires] Body expires
         * @property {Uint8Array|null} [parents] Body parents
         * @property {Uint8Array|null} [topic] Body topic
         * @property {number|null} [keep] Body keep
         * @property {Uint8Array|null} [key] Body key
         * @property {Long|null} [sequence] Body sequence
         * @property {number|null} [flags] Body flags
         * @property {Long|null} [written] Body written
         * @property {Uint8Array|null} [data] Body data
         * @property {dispersy.Policy.$Properties|null} [policy] Body policy
         * @property {dispersy.Grant.$Properties|null} [grant] Body grant
         * @property {"data"|"policy"|"grant"} [content] Body content
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Body.
         * @memberof dispersy
         * @interface IBody
         * @augments dispersy.Body.$Properties
         * @deprecated Use dispersy.Body.$Properties instead.
         */

        /**
         * Narrowed shape of a Body.
         * @typedef {{
         *   globalTime?: Long|null;
         *   kind?: dispersy.Body.Kind|null;
         *   expires?: Long|null;
         *   parents?: Uint8Array|null;
         *   topic?: Uint8Array|null;
         *   keep?: number|null;
         *   key?: Uint8Array|null;
         *   sequence?: Long|null;
         *   flags?: number|null;
         *   written?: Long|null;
         *   data?: Uint8Array|null;
         *   policy?: dispersy.Policy.$Shape|null;
         *   grant?: dispersy.Grant.$Shape|null;
         *   $unknowns?: Array.<Uint8Array>;
         * } & (
         *   ({ content?: undefined; data?: null; policy?: null; grant?: null }|{ content?: "data"; data: Uint8Array; policy?: null; grant?: null }|{ content?: "policy"; data?: null; policy: dispersy.Policy.$Shape; grant?: null }|{ content?: "grant"; data?: null; policy?: null; grant: dispersy.Grant.$Shape })
         * )} dispersy.Body.$Shape
         */

        /**
         * Constructs a new Body.
         * @memberof dispersy
         * @classdesc Represents a Body.
         * @constructor
         * @param {dispersy.Body.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Body = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Body globalTime.
         * @member {Long} globalTime
         * @memberof dispersy.Body
         * @instance
         */
        Body.prototype.globalTime = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Body kind.
         * @member {dispersy.Body.Kind} kind
         * @memberof dispersy.Body
         * @instance
         */
        Body.prototype.kind = 0;

        /**
         * Body expires.
         * @member {Long} expires
         * @memberof dispersy.Body
         * @instance
         */
        Body.prototype.expires = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Body parents.
         * @member {Uint8Array} parents
         * @memberof dispersy.Body
         * @instance
         */
        Body.prototype.parents = $util.newBuffer([]);

        /**
         * Body topic.
         * @member {Uint8Array} topic
         * @memberof dispersy.Body
         * @instance
         */
        Body.prototype.topic = $util.newBuffer([]);

        /**
         * Body keep.
         * @member {number} keep
         * @memberof dispersy.Body
         * @instance
         */
        Body.prototype.keep = 0;

        /**
         * Body key.
         * @member {Uint8Array} key
         * @memberof dispersy.Body
         * @instance
         */
        Body.prototype.key = $util.newBuffer([]);

        /**
         * Body sequence.
         * @member {Long} sequence
         * @memberof dispersy.Body
         * @instance
         */
        Body.prototype.sequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Body flags.
         * @member {number} flags
         * @memberof dispersy.Body
         * @instance
         */
        Body.prototype.flags = 0;

        /**
         * Body written.
         * @member {Long} written
         * @memberof dispersy.Body
         * @instance
         */
        Body.prototype.written = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Body data.
         * @member {Uint8Array|null|undefined} data
         * @memberof dispersy.Body
         * @instance
         */
        Body.prototype.data = null;

        /**
         * Body policy.
         * @member {dispersy.Policy.$Properties|null|undefined} policy
         * @memberof dispersy.Body
         * @instance
         */
        Body.prototype.policy = null;

        /**
         * Body grant.
         * @member {dispersy.Grant.$Properties|null|undefined} grant
         * @memberof dispersy.Body
         * @instance
         */
        Body.prototype.grant = null;

        // OneOf field names bound to virtual getters and setters
        let $oneOfFields;

        /**
         * Body content.
         * @member {"data"|"policy"|"grant"|undefined} content
         * @memberof dispersy.Body
         * @instance
         */
        $Object.defineProperty(Body.prototype, "content", {
            get: $util.oneOfGetter($oneOfFields = ["data", "policy", "grant"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        /**
         * Encodes the specified Body message. Does not implicitly {@link dispersy.Body.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Body
         * @static
         * @param {dispersy.Body.$Properties} message Body message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Body.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.globalTime != null && $Object.hasOwnProperty.call(message, "globalTime") && (typeof message.globalTime === "object" ? message.globalTime.low || message.globalTime.high : message.globalTime !== 0))
                writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.globalTime);
            if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== 0)
                writer.uint32(/* id 2, wireType 0 =*/16).int32(message.kind);
            if (message.expires != null && $Object.hasOwnProperty.call(message, "expires") && (typeof message.expires === "object" ? message.expires.low || message.expires.high : message.expires !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.expires);
            if (message.parents != null && $Object.hasOwnProperty.call(message, "parents") && message.parents.length)
                writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.parents);
            if (message.topic != null && $Object.hasOwnProperty.call(message, "topic") && message.topic.length)
                writer.uint32(/* id 5, wireType 2 =*/42).bytes(message.topic);
            if (message.keep != null && $Object.hasOwnProperty.call(message, "keep") && message.keep !== 0)
                writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.keep);
            if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key.length)
                writer.uint32(/* id 7, wireType 2 =*/58).bytes(message.key);
            if (message.sequence != null && $Object.hasOwnProperty.call(message, "sequence") && (typeof message.sequence === "object" ? message.sequence.low || message.sequence.high : message.sequence !== 0))
                writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.sequence);
            if (message.flags != null && $Object.hasOwnProperty.call(message, "flags") && message.flags !== 0)
                writer.uint32(/* id 9, wireType 0 =*/72).uint32(message.flags);
            if (message.written != null && $Object.hasOwnProperty.call(message, "written") && (typeof message.written === "object" ? message.written.low || message.written.high : message.written !== 0))
                writer.uint32(/* id 10, wireType 0 =*/80).uint64(message.written);
            if (message.data != null && $Object.hasOwnProperty.call(message, "data"))
                writer.uint32(/* id 15, wireType 2 =*/122).bytes(message.data);
            if (message.policy != null && $Object.hasOwnProperty.call(message, "policy"))
                $root.dispersy.Policy.encode(message.policy, writer.uint32(/* id 16, wireType 2 =*/130).fork(), _depth + 1).ldelim();
            if (message.grant != null && $Object.hasOwnProperty.call(message, "grant"))
                $root.dispersy.Grant.encode(message.grant, writer.uint32(/* id 17, wireType 2 =*/138).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Body message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Body
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Body & dispersy.Body.$Shape} Body
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Body.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Body();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.globalTime = value;
                        else
                            delete message.globalTime;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.kind = value;
                        else
                            delete message.kind;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.expires = value;
                        else
                            delete message.expires;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.parents = value;
                        else
                            delete message.parents;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.topic = value;
                        else
                            delete message.topic;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.keep = value;
                        else
                            delete message.keep;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.key = value;
                        else
                            delete message.key;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.sequence = value;
                        else
                            delete message.sequence;
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.flags = value;
                        else
                            delete message.flags;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.written = value;
                        else
                            delete message.written;
                        continue;
                    }
                case 15: {
                        if (wireType !== 2)
                            break;
                        message.data = reader.bytes();
                        message.content = "data";
                        continue;
                    }
                case 16: {
                        if (wireType !== 2)
                            break;
                        message.policy = $root.dispersy.Policy.decode(reader, reader.size(), $undefined, _depth + 1, message.policy);
                        message.content = "policy";
                        continue;
                    }
                case 17: {
                        if (wireType !== 2)
                            break;
                        message.grant = $root.dispersy.Grant.decode(reader, reader.size(), $undefined, _depth + 1, message.grant);
                        message.content = "grant";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Kind enum.
         * @name dispersy.Body.Kind
         * @enum {number}
         * @property {number} DATA=0 DATA value
         * @property {number} POLICY=1 POLICY value
         * @property {number} GRANT=2 GRANT value
         * @property {number} RECEIPT=3 RECEIPT value
         * @property {number} KEYS=4 KEYS value
         * @property {number} REVOKE=5 REVOKE value
         * @property {number} EPHEMERAL=64 EPHEMERAL value
         */
        Body.Kind = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "DATA"] = 0;
            values[valuesById[1] = "POLICY"] = 1;
            values[valuesById[2] = "GRANT"] = 2;
            values[valuesById[3] = "RECEIPT"] = 3;
            values[valuesById[4] = "KEYS"] = 4;
            values[valuesById[5] = "REVOKE"] = 5;
            values[valuesById[64] = "EPHEMERAL"] = 64;
            return values;
        })();

        return Body;
    })();

    dispersy.Inner = (function() {

        /**
         * Properties of an Inner.
         * @typedef {Object} dispersy.Inner.$Properties
         * @property {Uint8Array|null} [data] Inner data
         * @property {Uint8Array|null} [topic] Inner topic
         * @property {Long|null} [written] Inner written
         * @property {Uint8Array|null} [padding] Inner padding
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of an Inner.
         * @memberof dispersy
         * @interface IInner
         * @augments dispersy.Inner.$Properties
         * @deprecated Use dispersy.Inner.$Properties instead.
         */

        /**
         * Shape of an Inner.
         * @typedef {dispersy.Inner.$Properties} dispersy.Inner.$Shape
         */

        /**
         * Constructs a new Inner.
         * @memberof dispersy
         * @classdesc Represents an Inner.
         * @constructor
         * @param {dispersy.Inner.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Inner = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Inner data.
         * @member {Uint8Array} data
         * @memberof dispersy.Inner
         * @instance
         */
        Inner.prototype.data = $util.newBuffer([]);

        /**
         * Inner topic.
         * @member {Uint8Array} topic
         * @memberof dispersy.Inner
         * @instance
         */
        Inner.prototype.topic = $util.newBuffer([]);

        /**
         * Inner written.
         * @member {Long} written
         * @memberof dispersy.Inner
         * @instance
         */
        Inner.prototype.written = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Inner padding.
         * @member {Uint8Array} padding
         * @memberof dispersy.Inner
         * @instance
         */
        Inner.prototype.padding = $util.newBuffer([]);

        /**
         * Encodes the specified Inner message. Does not implicitly {@link dispersy.Inner.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Inner
         * @static
         * @param {dispersy.Inner.$Properties} message Inner message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Inner.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.data);
            if (message.topic != null && $Object.hasOwnProperty.call(message, "topic") && message.topic.length)
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.topic);
            if (message.written != null && $Object.hasOwnProperty.call(message, "written") && (typeof message.written === "object" ? message.written.low || message.written.high : message.written !== 0))
                writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.written);
            if (message.padding != null && $Object.hasOwnProperty.call(message, "padding") && message.padding.length)
                writer.uint32(/* id 15, wireType 2 =*/122).bytes(message.padding);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes an Inner message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Inner
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Inner & dispersy.Inner.$Shape} Inner
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Inner.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Inner();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.data = value;
                        else
                            delete message.data;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.topic = value;
                        else
                            delete message.topic;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.written = value;
                        else
                            delete message.written;
                        continue;
                    }
                case 15: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.padding = value;
                        else
                            delete message.padding;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Inner;
    })();

    dispersy.Receipt = (function() {

        /**
         * Properties of a Receipt.
         * @typedef {Object} dispersy.Receipt.$Properties
         * @property {Array.<dispersy.Receipt.Entry.$Properties>|null} [entries] Receipt entries
         * @property {boolean|null} [partial] Receipt partial
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Receipt.
         * @memberof dispersy
         * @interface IReceipt
         * @augments dispersy.Receipt.$Properties
         * @deprecated Use dispersy.Receipt.$Properties instead.
         */

        /**
         * Shape of a Receipt.
         * @typedef {dispersy.Receipt.$Properties} dispersy.Receipt.$Shape
         */

        /**
         * Constructs a new Receipt.
         * @memberof dispersy
         * @classdesc Represents a Receipt.
         * @constructor
         * @param {dispersy.Receipt.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Receipt = function (properties) {
            this.entries = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Receipt entries.
         * @member {Array.<dispersy.Receipt.Entry.$Properties>} entries
         * @memberof dispersy.Receipt
         * @instance
         */
        Receipt.prototype.entries = $util.emptyArray;

        /**
         * Receipt partial.
         * @member {boolean} partial
         * @memberof dispersy.Receipt
         * @instance
         */
        Receipt.prototype.partial = false;

        /**
         * Encodes the specified Receipt message. Does not implicitly {@link dispersy.Receipt.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Receipt
         * @static
         * @param {dispersy.Receipt.$Properties} message Receipt message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Receipt.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.entries != null && message.entries.length)
                for (let i = 0; i < message.entries.length; ++i)
                    $root.dispersy.Receipt.Entry.encode(message.entries[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
            if (message.partial != null && $Object.hasOwnProperty.call(message, "partial") && message.partial !== false)
                writer.uint32(/* id 2, wireType 0 =*/16).bool(message.partial);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Receipt message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Receipt
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Receipt & dispersy.Receipt.$Shape} Receipt
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Receipt.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Receipt();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.entries && message.entries.length))
                            message.entries = [];
                        message.entries.push($root.dispersy.Receipt.Entry.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.partial = value;
                        else
                            delete message.partial;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Receipt.Entry = (function() {

            /**
             * Properties of an Entry.
             * @typedef {Object} dispersy.Receipt.Entry.$Properties
             * @property {Uint8Array|null} [author] Entry author
             * @property {Long|null} [through] Entry through
             * @property {Array.<Long>|null} [gaps] Entry gaps
             * @property {Uint8Array|null} [check] Entry check
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Entry.
             * @memberof dispersy.Receipt
             * @interface IEntry
             * @augments dispersy.Receipt.Entry.$Properties
             * @deprecated Use dispersy.Receipt.Entry.$Properties instead.
             */

            /**
             * Shape of an Entry.
             * @typedef {dispersy.Receipt.Entry.$Properties} dispersy.Receipt.Entry.$Shape
             */

            /**
             * Constructs a new Entry.
             * @memberof dispersy.Receipt
             * @classdesc Represents an Entry.
             * @constructor
             * @param {dispersy.Receipt.Entry.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Entry = function (properties) {
                this.gaps = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Entry author.
             * @member {Uint8Array} author
             * @memberof dispersy.Receipt.Entry
             * @instance
             */
            Entry.prototype.author = $util.newBuffer([]);

            /**
             * Entry through.
             * @member {Long} through
             * @memberof dispersy.Receipt.Entry
             * @instance
             */
            Entry.prototype.through = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Entry gaps.
             * @member {Array.<Long>} gaps
             * @memberof dispersy.Receipt.Entry
             * @instance
             */
            Entry.prototype.gaps = $util.emptyArray;

            /**
             * Entry check.
             * @member {Uint8Array} check
             * @memberof dispersy.Receipt.Entry
             * @instance
             */
            Entry.prototype.check = $util.newBuffer([]);

            /**
             * Encodes the specified Entry message. Does not implicitly {@link dispersy.Receipt.Entry.verify|verify} messages.
             * @function encode
             * @memberof dispersy.Receipt.Entry
             * @static
             * @param {dispersy.Receipt.Entry.$Properties} message Entry message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Entry.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.author != null && $Object.hasOwnProperty.call(message, "author") && message.author.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.author);
                if (message.through != null && $Object.hasOwnProperty.call(message, "through") && (typeof message.through === "object" ? message.through.low || message.through.high : message.through !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.through);
                if (message.gaps != null && message.gaps.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).uint64s(message.gaps);
                if (message.check != null && $Object.hasOwnProperty.call(message, "check") && message.check.length)
                    writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.check);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Entry message from the specified reader or buffer.
             * @function decode
             * @memberof dispersy.Receipt.Entry
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {dispersy.Receipt.Entry & dispersy.Receipt.Entry.$Shape} Entry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Entry.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.dispersy.Receipt.Entry();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.author = value;
                            else
                                delete message.author;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.through = value;
                            else
                                delete message.through;
                            continue;
                        }
                    case 3: {
                            if (wireType === 2) {
                                if (!(message.gaps && message.gaps.length))
                                    message.gaps = [];
                                reader.uint64s(message.gaps);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.gaps && message.gaps.length))
                                message.gaps = [];
                            message.gaps.push(reader.uint64());
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.check = value;
                            else
                                delete message.check;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Entry;
        })();

        return Receipt;
    })();

    dispersy.Keys = (function() {

        /**
         * Properties of a Keys.
         * @typedef {Object} dispersy.Keys.$Properties
         * @property {Uint8Array|null} [id] Keys id
         * @property {dispersy.Keys.Previous.$Properties|null} [prev] Keys prev
         * @property {Array.<dispersy.Keys.Wrap.$Properties>|null} [wraps] Keys wraps
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Keys.
         * @memberof dispersy
         * @interface IKeys
         * @augments dispersy.Keys.$Properties
         * @deprecated Use dispersy.Keys.$Properties instead.
         */

        /**
         * Shape of a Keys.
         * @typedef {dispersy.Keys.$Properties} dispersy.Keys.$Shape
         */

        /**
         * Constructs a new Keys.
         * @memberof dispersy
         * @classdesc Represents a Keys.
         * @constructor
         * @param {dispersy.Keys.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Keys = function (properties) {
            this.wraps = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Keys id.
         * @member {Uint8Array} id
         * @memberof dispersy.Keys
         * @instance
         */
        Keys.prototype.id = $util.newBuffer([]);

        /**
         * Keys prev.
         * @member {dispersy.Keys.Previous.$Properties|null|undefined} prev
         * @memberof dispersy.Keys
         * @instance
         */
        Keys.prototype.prev = null;

        /**
         * Keys wraps.
         * @member {Array.<dispersy.Keys.Wrap.$Properties>} wraps
         * @memberof dispersy.Keys
         * @instance
         */
        Keys.prototype.wraps = $util.emptyArray;

        /**
         * Encodes the specified Keys message. Does not implicitly {@link dispersy.Keys.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Keys
         * @static
         * @param {dispersy.Keys.$Properties} message Keys message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Keys.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.id);
            if (message.prev != null && $Object.hasOwnProperty.call(message, "prev"))
                $root.dispersy.Keys.Previous.encode(message.prev, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
            if (message.wraps != null && message.wraps.length)
                for (let i = 0; i < message.wraps.length; ++i)
                    $root.dispersy.Keys.Wrap.encode(message.wraps[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Keys message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Keys
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Keys & dispersy.Keys.$Shape} Keys
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Keys.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Keys();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.prev = $root.dispersy.Keys.Previous.decode(reader, reader.size(), $undefined, _depth + 1, message.prev);
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.wraps && message.wraps.length))
                            message.wraps = [];
                        message.wraps.push($root.dispersy.Keys.Wrap.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Keys.Previous = (function() {

            /**
             * Properties of a Previous.
             * @typedef {Object} dispersy.Keys.Previous.$Properties
             * @property {Uint8Array|null} [id] Previous id
             * @property {Uint8Array|null} [secret] Previous secret
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Previous.
             * @memberof dispersy.Keys
             * @interface IPrevious
             * @augments dispersy.Keys.Previous.$Properties
             * @deprecated Use dispersy.Keys.Previous.$Properties instead.
             */

            /**
             * Shape of a Previous.
             * @typedef {dispersy.Keys.Previous.$Properties} dispersy.Keys.Previous.$Shape
             */

            /**
             * Constructs a new Previous.
             * @memberof dispersy.Keys
             * @classdesc Represents a Previous.
             * @constructor
             * @param {dispersy.Keys.Previous.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Previous = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Previous id.
             * @member {Uint8Array} id
             * @memberof dispersy.Keys.Previous
             * @instance
             */
            Previous.prototype.id = $util.newBuffer([]);

            /**
             * Previous secret.
             * @member {Uint8Array} secret
             * @memberof dispersy.Keys.Previous
             * @instance
             */
            Previous.prototype.secret = $util.newBuffer([]);

            /**
             * Encodes the specified Previous message. Does not implicitly {@link dispersy.Keys.Previous.verify|verify} messages.
             * @function encode
             * @memberof dispersy.Keys.Previous
             * @static
             * @param {dispersy.Keys.Previous.$Properties} message Previous message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Previous.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.id);
                if (message.secret != null && $Object.hasOwnProperty.call(message, "secret") && message.secret.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.secret);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Previous message from the specified reader or buffer.
             * @function decode
             * @memberof dispersy.Keys.Previous
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {dispersy.Keys.Previous & dispersy.Keys.Previous.$Shape} Previous
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Previous.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.dispersy.Keys.Previous();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.secret = value;
                            else
                                delete message.secret;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Previous;
        })();

        Keys.Wrap = (function() {

            /**
             * Properties of a Wrap.
             * @typedef {Object} dispersy.Keys.Wrap.$Properties
             * @property {Uint8Array|null} [hint] Wrap hint
             * @property {Uint8Array|null} [encapsulated] Wrap encapsulated
             * @property {Uint8Array|null} [ciphertext] Wrap ciphertext
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Wrap.
             * @memberof dispersy.Keys
             * @interface IWrap
             * @augments dispersy.Keys.Wrap.$Properties
             * @deprecated Use dispersy.Keys.Wrap.$Properties instead.
             */

            /**
             * Shape of a Wrap.
             * @typedef {dispersy.Keys.Wrap.$Properties} dispersy.Keys.Wrap.$Shape
             */

            /**
             * Constructs a new Wrap.
             * @memberof dispersy.Keys
             * @classdesc Represents a Wrap.
             * @constructor
             * @param {dispersy.Keys.Wrap.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Wrap = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Wrap hint.
             * @member {Uint8Array} hint
             * @memberof dispersy.Keys.Wrap
             * @instance
             */
            Wrap.prototype.hint = $util.newBuffer([]);

            /**
             * Wrap encapsulated.
             * @member {Uint8Array} encapsulated
             * @memberof dispersy.Keys.Wrap
             * @instance
             */
            Wrap.prototype.encapsulated = $util.newBuffer([]);

            /**
             * Wrap ciphertext.
             * @member {Uint8Array} ciphertext
             * @memberof dispersy.Keys.Wrap
             * @instance
             */
            Wrap.prototype.ciphertext = $util.newBuffer([]);

            /**
             * Encodes the specified Wrap message. Does not implicitly {@link dispersy.Keys.Wrap.verify|verify} messages.
             * @function encode
             * @memberof dispersy.Keys.Wrap
             * @static
             * @param {dispersy.Keys.Wrap.$Properties} message Wrap message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Wrap.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.hint != null && $Object.hasOwnProperty.call(message, "hint") && message.hint.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.hint);
                if (message.encapsulated != null && $Object.hasOwnProperty.call(message, "encapsulated") && message.encapsulated.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.encapsulated);
                if (message.ciphertext != null && $Object.hasOwnProperty.call(message, "ciphertext") && message.ciphertext.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.ciphertext);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Wrap message from the specified reader or buffer.
             * @function decode
             * @memberof dispersy.Keys.Wrap
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {dispersy.Keys.Wrap & dispersy.Keys.Wrap.$Shape} Wrap
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Wrap.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.dispersy.Keys.Wrap();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.hint = value;
                            else
                                delete message.hint;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.encapsulated = value;
                            else
                                delete message.encapsulated;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.ciphertext = value;
                            else
                                delete message.ciphertext;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Wrap;
        })();

        return Keys;
    })();

    dispersy.Policy = (function() {

        /**
         * Properties of a Policy.
         * @typedef {Object} dispersy.Policy.$Properties
         * @property {dispersy.Policy.Writers|null} [writers] Policy writers
         * @property {number|null} [version] Policy version
         * @property {number|null} [requires] Policy requires
         * @property {Long|null} [maxBundles] Policy maxBundles
         * @property {Long|null} [maxPerAuthor] Policy maxPerAuthor
         * @property {number|null} [keep] Policy keep
         * @property {boolean|null} ["private"] Policy private
         * @property {boolean|null} [history] Policy history
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Policy.
         * @memberof dispersy
         * @interface IPolicy
         * @augments dispersy.Policy.$Properties
         * @deprecated Use dispersy.Policy.$Properties instead.
         */

        /**
         * Shape of a Policy.
         * @typedef {dispersy.Policy.$Properties} dispersy.Policy.$Shape
         */

        /**
         * Constructs a new Policy.
         * @memberof dispersy
         * @classdesc Represents a Policy.
         * @constructor
         * @param {dispersy.Policy.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Policy = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Policy writers.
         * @member {dispersy.Policy.Writers} writers
         * @memberof dispersy.Policy
         * @instance
         */
        Policy.prototype.writers = 0;

        /**
         * Policy version.
         * @member {number} version
         * @memberof dispersy.Policy
         * @instance
         */
        Policy.prototype.version = 0;

        /**
         * Policy requires.
         * @member {number} requires
         * @memberof dispersy.Policy
         * @instance
         */
        Policy.prototype.requires = 0;

        /**
         * Policy maxBundles.
         * @member {Long} maxBundles
         * @memberof dispersy.Policy
         * @instance
         */
        Policy.prototype.maxBundles = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Policy maxPerAuthor.
         * @member {Long} maxPerAuthor
         * @memberof dispersy.Policy
         * @instance
         */
        Policy.prototype.maxPerAuthor = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Policy keep.
         * @member {number} keep
         * @memberof dispersy.Policy
         * @instance
         */
        Policy.prototype.keep = 0;

        /**
         * Policy private.
         * @member {boolean} private
         * @memberof dispersy.Policy
         * @instance
         */
        Policy.prototype["private"] = false;

        /**
         * Policy history.
         * @member {boolean} history
         * @memberof dispersy.Policy
         * @instance
         */
        Policy.prototype.history = false;

        /**
         * Encodes the specified Policy message. Does not implicitly {@link dispersy.Policy.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Policy
         * @static
         * @param {dispersy.Policy.$Properties} message Policy message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Policy.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.writers != null && $Object.hasOwnProperty.call(message, "writers") && message.writers !== 0)
                writer.uint32(/* id 1, wireType 0 =*/8).int32(message.writers);
            if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== 0)
                writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.version);
            if (message.requires != null && $Object.hasOwnProperty.call(message, "requires") && message.requires !== 0)
                writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.requires);
            if (message.maxBundles != null && $Object.hasOwnProperty.call(message, "maxBundles") && (typeof message.maxBundles === "object" ? message.maxBundles.low || message.maxBundles.high : message.maxBundles !== 0))
                writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.maxBundles);
            if (message.maxPerAuthor != null && $Object.hasOwnProperty.call(message, "maxPerAuthor") && (typeof message.maxPerAuthor === "object" ? message.maxPerAuthor.low || message.maxPerAuthor.high : message.maxPerAuthor !== 0))
                writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.maxPerAuthor);
            if (message.keep != null && $Object.hasOwnProperty.call(message, "keep") && message.keep !== 0)
                writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.keep);
            if (message["private"] != null && $Object.hasOwnProperty.call(message, "private") && message["private"] !== false)
                writer.uint32(/* id 7, wireType 0 =*/56).bool(message["private"]);
            if (message.history != null && $Object.hasOwnProperty.call(message, "history") && message.history !== false)
                writer.uint32(/* id 8, wireType 0 =*/64).bool(message.history);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Policy message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Policy
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Policy & dispersy.Policy.$Shape} Policy
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Policy.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Policy();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.writers = value;
                        else
                            delete message.writers;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.version = value;
                        else
                            delete message.version;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.requires = value;
                        else
                            delete message.requires;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.maxBundles = value;
                        else
                            delete message.maxBundles;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.maxPerAuthor = value;
                        else
                            delete message.maxPerAuthor;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.keep = value;
                        else
                            delete message.keep;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message["private"] = value;
                        else
                            delete message["private"];
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.history = value;
                        else
                            delete message.history;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        /**
         * Writers enum.
         * @name dispersy.Policy.Writers
         * @enum {number}
         * @property {number} UNKNOWN=0 UNKNOWN value
         * @property {number} OPEN=1 OPEN value
         * @property {number} MEMBERS=2 MEMBERS value
         */
        Policy.Writers = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "UNKNOWN"] = 0;
            values[valuesById[1] = "OPEN"] = 1;
            values[valuesById[2] = "MEMBERS"] = 2;
            return values;
        })();

        return Policy;
    })();

    dispersy.Grant = (function() {

        /**
         * Properties of a Grant.
         * @typedef {Object} dispersy.Grant.$Properties
         * @property {Uint8Array|null} [member] Grant member
         * @property {boolean|null} [write] Grant write
         * @property {boolean|null} [grant] Grant grant
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Grant.
         * @memberof dispersy
         * @interface IGrant
         * @augments dispersy.Grant.$Properties
         * @deprecated Use dispersy.Grant.$Properties instead.
         */

        /**
         * Shape of a Grant.
         * @typedef {dispersy.Grant.$Properties} dispersy.Grant.$Shape
         */

        /**
         * Constructs a new Grant.
         * @memberof dispersy
         * @classdesc Represents a Grant.
         * @constructor
         * @param {dispersy.Grant.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Grant = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Grant member.
         * @member {Uint8Array} member
         * @memberof dispersy.Grant
         * @instance
         */
        Grant.prototype.member = $util.newBuffer([]);

        /**
         * Grant write.
         * @member {boolean} write
         * @memberof dispersy.Grant
         * @instance
         */
        Grant.prototype.write = false;

        /**
         * Grant grant.
         * @member {boolean} grant
         * @memberof dispersy.Grant
         * @instance
         */
        Grant.prototype.grant = false;

        /**
         * Encodes the specified Grant message. Does not implicitly {@link dispersy.Grant.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Grant
         * @static
         * @param {dispersy.Grant.$Properties} message Grant message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Grant.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.member != null && $Object.hasOwnProperty.call(message, "member") && message.member.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.member);
            if (message.write != null && $Object.hasOwnProperty.call(message, "write") && message.write !== false)
                writer.uint32(/* id 2, wireType 0 =*/16).bool(message.write);
            if (message.grant != null && $Object.hasOwnProperty.call(message, "grant") && message.grant !== false)
                writer.uint32(/* id 3, wireType 0 =*/24).bool(message.grant);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Grant message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Grant
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Grant & dispersy.Grant.$Shape} Grant
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Grant.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Grant();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.member = value;
                        else
                            delete message.member;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.write = value;
                        else
                            delete message.write;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.grant = value;
                        else
                            delete message.grant;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Grant;
    })();

    dispersy.Sealed = (function() {

        /**
         * Properties of a Sealed.
         * @typedef {Object} dispersy.Sealed.$Properties
         * @property {Uint8Array|null} [keyHint] Sealed keyHint
         * @property {Long|null} [sender] Sealed sender
         * @property {number|null} [counter] Sealed counter
         * @property {Uint8Array|null} [ciphertext] Sealed ciphertext
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */

        /**
         * Properties of a Sealed.
         * @memberof dispersy
         * @interface ISealed
         * @augments dispersy.Sealed.$Properties
         * @deprecated Use dispersy.Sealed.$Properties instead.
         */

        /**
         * Shape of a Sealed.
         * @typedef {dispersy.Sealed.$Properties} dispersy.Sealed.$Shape
         */

        /**
         * Constructs a new Sealed.
         * @memberof dispersy
         * @classdesc Represents a Sealed.
         * @constructor
         * @param {dispersy.Sealed.$Properties=} [properties] Properties to set
         * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
         */
        const Sealed = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        /**
         * Sealed keyHint.
         * @member {Uint8Array} keyHint
         * @memberof dispersy.Sealed
         * @instance
         */
        Sealed.prototype.keyHint = $util.newBuffer([]);

        /**
         * Sealed sender.
         * @member {Long} sender
         * @memberof dispersy.Sealed
         * @instance
         */
        Sealed.prototype.sender = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        /**
         * Sealed counter.
         * @member {number} counter
         * @memberof dispersy.Sealed
         * @instance
         */
        Sealed.prototype.counter = 0;

        /**
         * Sealed ciphertext.
         * @member {Uint8Array} ciphertext
         * @memberof dispersy.Sealed
         * @instance
         */
        Sealed.prototype.ciphertext = $util.newBuffer([]);

        /**
         * Encodes the specified Sealed message. Does not implicitly {@link dispersy.Sealed.verify|verify} messages.
         * @function encode
         * @memberof dispersy.Sealed
         * @static
         * @param {dispersy.Sealed.$Properties} message Sealed message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Sealed.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.keyHint != null && $Object.hasOwnProperty.call(message, "keyHint") && message.keyHint.length)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.keyHint);
            if (message.sender != null && $Object.hasOwnProperty.call(message, "sender") && (typeof message.sender === "object" ? message.sender.low || message.sender.high : message.sender !== 0))
                writer.uint32(/* id 2, wireType 1 =*/17).fixed64(message.sender);
            if (message.counter != null && $Object.hasOwnProperty.call(message, "counter") && message.counter !== 0)
                writer.uint32(/* id 3, wireType 5 =*/29).fixed32(message.counter);
            if (message.ciphertext != null && $Object.hasOwnProperty.call(message, "ciphertext") && message.ciphertext.length)
                writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.ciphertext);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        /**
         * Decodes a Sealed message from the specified reader or buffer.
         * @function decode
         * @memberof dispersy.Sealed
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {dispersy.Sealed & dispersy.Sealed.$Shape} Sealed
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Sealed.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.dispersy.Sealed();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.keyHint = value;
                        else
                            delete message.keyHint;
                        continue;
                    }
                case 2: {
                        if (wireType !== 1)
                            break;
                        if (typeof (value = reader.fixed64()) === "object" ? value.low || value.high : value !== 0)
                            message.sender = value;
                        else
                            delete message.sender;
                        continue;
                    }
                case 3: {
                        if (wireType !== 5)
                            break;
                        if (value = reader.fixed32())
                            message.counter = value;
                        else
                            delete message.counter;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.ciphertext = value;
                        else
                            delete message.ciphertext;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Sealed;
    })();

    return dispersy;
})();

export {
  $root as default
};
